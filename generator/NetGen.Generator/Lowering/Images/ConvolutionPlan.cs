using System.Collections.Immutable;
using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Lowering.Images;

/// <summary>
/// A convolution or its transpose as products of matrices: each result is a sum over places of the image. A transposed convolution with a stride is one for
/// each phase of the stride.
/// </summary>
/// <param name="Groups">Groups of channels that don't see each other.</param>
/// <param name="Inputs">The channels that a group reads.</param>
/// <param name="Outputs">The channels that a group gives.</param>
/// <param name="Phases">The results that are alike.</param>
sealed record ConvolutionPlan(int Groups, int Inputs, int Outputs, ImmutableArray<ConvolutionPhase> Phases)
{
    /// <summary>The floats of all weights of a phase in one group.</summary>
    public int WeightFloats(ConvolutionPhase phase) => Panels.Padded(Outputs) * phase.Places * Inputs;

    /// <summary>The floats of all weights of a group.</summary>
    public int GroupFloats => Phases.Sum(WeightFloats);

    public static ConvolutionPlan Forward(Window window, int groups, Value result)
    {
        var (channels, rows, columns) = Layout.Sizes(result.Shape);
        return new(groups, Layout.Sizes(result.Inputs[0].Shape).Channels / groups, channels / groups,
            [new(Axis(window.Rows, rows), Axis(window.Columns, columns))]);

        static PhaseAxis Axis(WindowAxis axis, int results) =>
            new(First: -axis.Before, Step: axis.Dilation, axis.Kernel, axis.Stride, ResultFirst: 0, ResultStep: 1, results, KernelFirst: 0, KernelStep: 1);
    }

    public static ConvolutionPlan Transposed(Window window, int groups, Value result)
    {
        var (channels, height, width) = Layout.Sizes(result.Shape);
        return new(groups, Layout.Sizes(result.Inputs[0].Shape).Channels / groups, channels / groups,
            [.. Axes(window.Rows, height).SelectMany(rows => Axes(window.Columns, width).Select(columns => new ConvolutionPhase(rows, columns)))]);
    }

    /// <summary>The border that a transposed convolution reads around its input.</summary>
    public static Border TransposedBorder(Window window, Shape input, Shape result)
    {
        var (_, inputHeight, inputWidth) = Layout.Sizes(input);
        var (_, height, width) = Layout.Sizes(result);
        var (rows, columns) = (Axes(window.Rows, height).ToList(), Axes(window.Columns, width).ToList());
        return new(rows.Max(r => r.ReadBefore), columns.Max(c => c.ReadBefore), rows.Max(r => r.ReadAfter(inputHeight)), columns.Max(c => c.ReadAfter(inputWidth)));
    }

    /// <summary>
    /// The phases of a transposed axis. Result i is reached from o at kernel place k where i = o · stride − before + k · dilation, so that the places of
    /// results that are a stride apart are the same.
    /// </summary>
    public static IEnumerable<PhaseAxis> Axes(WindowAxis axis, int size)
    {
        for (var first = 0; first < axis.Stride; first++)
        {
            // In the order of the input's places, which is the reverse of the kernel's.
            var places = Enumerable.Range(0, axis.Kernel).Where(k => (first + axis.Before - k * axis.Dilation) % axis.Stride == 0).Reverse().ToList();
            int At(int place) => (first + axis.Before - place * axis.Dilation) / axis.Stride;
            var results = Math.Max(0, size - first + axis.Stride - 1) / axis.Stride;
            yield return places.Count == 0
                ? new(0, 1, 0, 1, first, axis.Stride, results, 0, 1)
                : new(At(places[0]), places.Count > 1 ? At(places[1]) - At(places[0]) : 1, places.Count, 1, first, axis.Stride, results,
                    places[0], places.Count > 1 ? places[1] - places[0] : 1);
        }
    }
}

/// <summary>Results that take their numbers from places at the same distances.</summary>
/// <param name="Rows">Along the height.</param>
/// <param name="Columns">Along the width.</param>
sealed record ConvolutionPhase(PhaseAxis Rows, PhaseAxis Columns)
{
    public int Places => Rows.Places * Columns.Places;

    public bool IsEmpty => Rows.Results == 0 || Columns.Results == 0;
}

/// <summary>The places along an axis that make a result.</summary>
/// <param name="First">The first place in the input for result 0.</param>
/// <param name="Step">The distance of places.</param>
/// <param name="Places">How many there are.</param>
/// <param name="InputStep">How far the places move from a result to the next.</param>
/// <param name="ResultFirst">Where result 0 is.</param>
/// <param name="ResultStep">The distance of results.</param>
/// <param name="Results">How many there are.</param>
/// <param name="KernelFirst">The place of the kernel that meets the first place of the input.</param>
/// <param name="KernelStep">The distance of places of the kernel that meet neighbouring ones.</param>
sealed record PhaseAxis(int First, int Step, int Places, int InputStep, int ResultFirst, int ResultStep, int Results, int KernelFirst, int KernelStep)
{
    /// <summary>From the first place that makes a result to the last.</summary>
    public int Extent => (Places - 1) * Step + 1;

    /// <summary>How many more places of the input it takes to make some results, from its first place on, than they are steps apart; negative where they are more.</summary>
    public int More => First + Extent - InputStep;

    public int ReadBefore => Places == 0 || Results == 0 ? 0 : Math.Max(0, -First);

    public int ReadAfter(int size) => Places == 0 || Results == 0 ? 0 : Math.Max(0, First + (Places - 1) * Step + (Results - 1) * InputStep - (size - 1));
}
