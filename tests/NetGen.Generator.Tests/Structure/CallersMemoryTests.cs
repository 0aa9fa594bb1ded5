using NetGen.Generator.Tests.Gradients;
using NetGen.Generator.Tests.Reference;
using NetGen.Tests.Runtime;

namespace NetGen.Generator.Tests.Structure;

/// <summary>A shortcut from the input reads the caller's memory, which may end where a page does.</summary>
public sealed class CallersMemoryTests
{
    static readonly string[] Cases =
    [
        "Residual_1", "Residual_5", "Residual_17", "Residual_33", "Residual_OfItself", "Concat_AtTheEnd_3_5", "Concat_OfItself", "Gate_3_4_5", "Gate_OfItself",
        "Taps_OfTheInput", "Parallel_Rows", "LSTM_3_5_4", "GRU_7_6_10", "RNN_3_4_33", "LSTM_Bidirectional", "Rotary_3_2x6_2",
    ];

    [Fact]
    public unsafe void Predict_ReadsAndWritesNothingBesideTheCallersMemory()
    {
        var declarations = StructureCases.All().Concat(RecurrentCases.All()).Concat(NetworkCases.OfSequences).Where(network => Cases.Contains(network.Key)).ToDictionary(StringComparer.Ordinal);
        Assert.Equal(Cases.Length, declarations.Count);
        using var networks = new NetworkSet(declarations, RecurrentCases.Blocks + StructureCases.Blocks);
        foreach (var name in Cases)
        {
            var subject = networks[name].Subject;
            foreach (var samples in new[] { 1, 2, 5 })
            {
                using var x = new EdgeOfMemory(samples * subject.Info.InputSize);
                using var y = new EdgeOfMemory(samples * subject.Info.OutputSize);
                Span<float> inputs = new(x.Floats, samples * subject.Info.InputSize), outputs = new(y.Floats, samples * subject.Info.OutputSize);
                inputs.Fill(0.5f);
                subject.Predict(inputs, outputs);
                Assert.Equal(subject.Predict(inputs.ToArray()), outputs.ToArray());
            }
        }
    }
}
