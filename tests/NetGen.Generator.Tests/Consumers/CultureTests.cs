using System.Globalization;
using NetGen.Generator.Tests.Harness;

namespace NetGen.Generator.Tests.Consumers;

/// <summary>Neither what is generated nor what it computes depends on how the user's country writes numbers.</summary>
public sealed class CultureTests
{
    const string Source = """
        namespace Samples;
        [Network, Input(3, 1250)]
        [LeakyReLU(-0.5f), ELU(1.5e-3f), PReLU(3, Value = -1.25f), Dropout(0.25f), Flatten]
        [Linear(5, WeightInit = Init.Constant, WeightValue = -1e-3f, BiasInit = Init.Constant, BiasValue = 1234.5f)]
        [Loss(Loss.CrossEntropy, LabelSmoothing = 0.1f, IgnoreIndex = -100)]
        public partial class Mlp;
        """;

    /// <summary>
    /// A culture that writes every number another way: U+2212 as minus sign, a comma before decimals, apostrophes between thousands, and words for the special
    /// ones.
    /// </summary>
    static CultureInfo Hostile()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat = new NumberFormatInfo
        {
            NegativeSign = "\u2212", PositiveSign = "plus", NumberDecimalSeparator = ",", NumberGroupSeparator = "'", NumberGroupSizes = [2],
            NumberNegativePattern = 0,
            NaNSymbol = "nope", PositiveInfinitySymbol = "much", NegativeInfinitySymbol = "little", PercentDecimalSeparator = ",",
            CurrencyDecimalSeparator = ",",
        };
        return culture;
    }

    static T Under<T>(CultureInfo culture, Func<T> run)
    {
        var (now, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
            return run();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (now, ui);
        }
    }

    [Fact]
    public void HostileCulture_IsHostile() => Assert.Equal("(1'23'45,5)", Under(Hostile(), () => (-12345.5).ToString("N1")));

    [Fact]
    public void GeneratedTexts_AreTheSame_UnderAHostileCulture()
    {
        var usual = Consumer.Of(Source).Build().AssertClean();
        var hostile = Under(Hostile(), () => Consumer.Of(Source).Build()).AssertClean();
        Assert.Equal(usual.FileNames, hostile.FileNames);
        Assert.All(usual.FileNames, name => Assert.Equal(usual.File(name), hostile.File(name)));
    }

    [Fact]
    public void Messages_AreTheSame_UnderAHostileCulture()
    {
        const string Wrong = "[Network, Input(2, 1000), Reshape(-1, 7)] public partial class A;\n[Network, Input(9), Dropout(-0.5f)] public partial class B;\n[Network, Input(int.MaxValue), ReLU] public partial class C;";
        static string[] Messages() => [.. Consumer.Of(Wrong).Build().NetGenDiagnostics.Select(d => d.GetMessage(CultureInfo.InvariantCulture))];
        var usual = Messages();
        Assert.Equal(3, usual.Length);
        Assert.Equal(usual, Under(Hostile(), Messages));
    }

    [Fact]
    public void Results_AreTheSame_UnderAHostileCulture()
    {
        using var program = Consumer.Of(Source).Build(emit: true).AssertClean().Load();
        var usual = Run();
        Assert.Equal(usual, Under(Hostile(), Run));

        float[] Run()
        {
            var subject = Reference.Subject.Create(program.Type("Samples.Mlp"), seed: 5);
            subject.Train(new AdamW());
            var batch = Reference.Batch.Of([.. Enumerable.Range(0, 4 * 3750).Select(i => (i % 17 - 8) / 8f)], [0, 4, -100, 2]);
            var loss = subject.Step(batch);
            return [loss, .. subject.Predict(batch.SinglesOfX), .. subject.Results];
        }
    }
}
