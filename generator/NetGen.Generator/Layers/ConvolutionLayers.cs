using NetGen.Generator.Graph;
using NetGen.Generator.Ops;

namespace NetGen.Generator.Layers;

sealed class Conv2dLayer : Layer<Conv2dAttribute>
{
    protected override Value Build(LayerBuilder builder, Conv2dAttribute attribute, Value x)
    {
        ImageInput.Check(builder, x, isSequence: false);
        var stride = builder.PositiveSize(attribute.Stride, "Stride");
        var dilation = builder.PositiveSize(attribute.Dilation, "Dilation");
        var (height, width) = (builder.PositiveSize(attribute.KernelHeight, "the kernel's height"), builder.PositiveSize(attribute.KernelWidth, "the kernel's width"));
        var window = new Window(
            ConvolutionRecipe.Axis(builder, height, stride, dilation, attribute.Padding), ConvolutionRecipe.Axis(builder, width, stride, dilation, attribute.Padding));
        return ConvolutionRecipe.Build(builder, attribute, x, window, attribute.Channels, attribute.Groups, [height, width]);
    }
}

sealed class Conv1dLayer : Layer<Conv1dAttribute>
{
    protected override Value Build(LayerBuilder builder, Conv1dAttribute attribute, Value x)
    {
        if (x.Type.Sequence is { } sequence && (x.Shape.Rank != 2 || x.Shape.Axes[0] == sequence.Max)) return PositionConvolution.Build(builder, attribute, x);
        ImageInput.Check(builder, x, isSequence: true);
        var kernel = builder.PositiveSize(attribute.Kernel, "kernel");
        var axis = ConvolutionRecipe.Axis(builder, kernel, builder.PositiveSize(attribute.Stride, "Stride"), builder.PositiveSize(attribute.Dilation, "Dilation"), attribute.Padding);
        return ConvolutionRecipe.Build(builder, attribute, x, new Window(WindowAxis.One, axis), attribute.Channels, attribute.Groups, [kernel]);
    }
}

sealed class ConvTranspose2dLayer : Layer<ConvTranspose2dAttribute>
{
    protected override Value Build(LayerBuilder builder, ConvTranspose2dAttribute attribute, Value x)
    {
        var (inputs, height, width) = ImageInput.Check(builder, x, isSequence: false);
        var channels = builder.PositiveSize(attribute.Channels, "channels");
        var kernel = builder.PositiveSize(attribute.Kernel, "kernel");
        var stride = builder.PositiveSize(attribute.Stride, "Stride");
        var dilation = builder.PositiveSize(attribute.Dilation, "Dilation");
        var padding = builder.NotNegative(attribute.Padding, "Padding");
        var more = builder.NotNegative(attribute.OutputPadding, "OutputPadding");
        if (more >= Math.Max(stride, dilation))
        {
            builder.Fail("NG0018", "OutputPadding", LayerBuilder.Text(more), $"less than the stride or the dilation, of which the larger is {LayerBuilder.Text(Math.Max(stride, dilation))}");
        }
        var groups = ConvolutionRecipe.Groups(builder, x, inputs, channels, attribute.Groups);
        int Size(int size)
        {
            var result = (size - 1L) * stride - 2L * padding + (kernel - 1L) * dilation + more + 1;
            if (result < 1) builder.Fail("NG0020", x.Shape.ToString(), $"its padding of {LayerBuilder.Text(padding)} cuts everything off; use a smaller one");
            if (result > GraphBuilder.MaxFloats) builder.CheckSize(result, "an axis of its output");
            return (int)result;
        }
        var shape = new Shape(channels, Size(height), Size(width));
        ImageInput.CheckSize(builder, [channels, shape.Axes[1] + 2L * padding, shape.Axes[2] + 2L * padding], "its output with what is cut off");
        var weightShape = new Shape(inputs, channels / groups, kernel, kernel);
        builder.CheckSize(Shape.LongSize(weightShape.Axes), $"its weight of shape {weightShape}");
        // PyTorch counts the weight's second axis as the inputs, although they are the outputs here.
        var (fanIn, fanOut) = (channels / groups * kernel * kernel, inputs / groups * kernel * kernel);
        var start = WeightInitialization.Weight(builder, attribute, fanIn, fanOut);
        var weight = builder.Parameter("weight", weightShape, ParameterRole.Weight, start, ParameterStorage.Convolution(groups));
        var bias = WeightInitialization.Bias(builder, attribute, channels, fanIn, fanOut);
        var axis = new WindowAxis(kernel, stride, dilation, padding, padding);
        var window = new Window(axis, axis);
        var phases = builder.AddPart("weightᵀ", new PhaseWeights(window, groups), weight);
        return builder.Add(new TransposedConvolution(window, groups, shape), bias is null ? [x, phases] : [x, phases, bias]);
    }
}

/// <summary>What convolutions of images and sequences have in common.</summary>
static class ConvolutionRecipe
{
    public static WindowAxis Axis(LayerBuilder builder, int kernel, int stride, int dilation, int padding)
    {
        var axis = new WindowAxis(kernel, stride, dilation);
        if (padding != Padding.Same)
        {
            builder.NotNegative(padding, "Padding");
            return axis with { Before = padding, After = padding };
        }
        if (stride != 1) builder.Fail("NG0018", "Padding", "Same", $"a number of zeros where the stride is {LayerBuilder.Text(stride)}, since only a stride of 1 keeps the size");
        var zeros = axis.Extent - 1;
        if (zeros > GraphBuilder.MaxFloats) builder.CheckSize(zeros, "its padding");
        return axis with { Before = (int)(zeros / 2), After = (int)(zeros - zeros / 2) };
    }

    /// <summary>Checks the groups of a layer.</summary>
    public static int Groups(LayerBuilder builder, Value x, int inputs, int channels, int groups)
    {
        builder.PositiveSize(groups, "Groups");
        if (inputs % groups != 0)
        {
            builder.Fail("NG0020", x.Shape.ToString(), $"{LayerBuilder.Text(inputs)} channels can't be cut into {LayerBuilder.Text(groups)} groups; Groups must divide the channels of input and output");
        }
        if (channels % groups != 0) builder.Fail("NG0018", "Groups", LayerBuilder.Text(groups), $"a divisor of its {LayerBuilder.Text(channels)} channels");
        return groups;
    }

    public static Value Build(LayerBuilder builder, WeightedLayerAttribute attribute, Value x, Window window, int outputs, int groups, int[] kernel)
    {
        var channels = builder.PositiveSize(outputs, "channels");
        var (inputs, height, width) = Layout.Sizes(x.Shape);
        Groups(builder, x, inputs, channels, groups);
        foreach (var (axis, size) in new[] { (window.Rows, height), (window.Columns, width) })
        {
            if (axis.Results(size) >= 1) continue;
            builder.Fail("NG0020", x.Shape.ToString(), $"its kernel covers {LayerBuilder.Text(axis.Extent)} values, more than the {LayerBuilder.Text((long)size + axis.Before + axis.After)} "
                + "that there are with the padding; use a smaller kernel or more Padding");
        }
        var results = new[] { channels, window.Rows.Results(height), window.Columns.Results(width) };
        ImageInput.CheckSize(builder, results, "its output");
        ImageInput.CheckSize(builder, [inputs, height + (long)window.Rows.Before + window.Rows.After, width + (long)window.Columns.Before + window.Columns.After],
            "its input with the padding around it");
        var depthwise = groups > 1 && groups == inputs && channels == inputs;
        var (weight, bias) = Parameters(builder, attribute, inputs, channels, groups, kernel, depthwise ? ParameterStorage.Depthwise : ParameterStorage.Convolution(groups));
        Op op = depthwise ? new DepthwiseConvolution(window) : new Convolution(window, groups);
        return builder.Add(op, bias is null ? [x, weight] : [x, weight, bias]);
    }

    /// <summary>A weight [channels, inputs / groups, kernel's sizes] and, unless the layer has none, a bias.</summary>
    public static (Value Weight, Value? Bias) Parameters(
        LayerBuilder builder, WeightedLayerAttribute attribute, int inputs, int channels, int groups, int[] kernel, ParameterStorage storage)
    {
        var shape = new Shape((int[])[channels, inputs / groups, .. kernel]);
        builder.CheckSize(Shape.LongSize(shape.Axes), $"its weight of shape {shape}");
        var places = kernel.Aggregate(1, (product, size) => product * size);
        var (fanIn, fanOut) = (inputs / groups * places, channels / groups * places);
        var start = WeightInitialization.Weight(builder, attribute, fanIn, fanOut);
        return (builder.Parameter("weight", shape, ParameterRole.Weight, start, storage), WeightInitialization.Bias(builder, attribute, channels, fanIn, fanOut));
    }
}

/// <summary>
/// A convolution along the positions of samples that have as many as they like, whose channels are the features: the rows that a kernel covers around each
/// position, one after the other, times the weight as a matrix.
/// </summary>
static class PositionConvolution
{
    public static Value Build(LayerBuilder builder, Conv1dAttribute attribute, Value x)
    {
        if (x.Shape.Rank != 2) builder.Fail("NG0020", x.Shape.ToString(), "it needs [positions, features]");
        var channels = builder.PositiveSize(attribute.Channels, "channels");
        var kernel = builder.PositiveSize(attribute.Kernel, "kernel");
        const string Here = "where samples have as many positions as they like";
        if (builder.PositiveSize(attribute.Stride, "Stride") != 1) builder.Fail("NG0018", "Stride", LayerBuilder.Text(attribute.Stride), $"1 {Here}");
        var axis = ConvolutionRecipe.Axis(builder, kernel, 1, builder.PositiveSize(attribute.Dilation, "Dilation"), attribute.Padding);
        var zeros = axis.Extent - 1;
        if ((long)axis.Before + axis.After != zeros)
        {
            var same = zeros % 2 == 0 ? $"Padding.Same, or {LayerBuilder.Text(zeros / 2)} for this kernel" : "Padding.Same";
            builder.Fail("NG0018", "Padding", LayerBuilder.Text(attribute.Padding), $"{same}, {Here}, so that there are as many after it");
        }
        builder.CheckSize(zeros, "its padding");
        if (builder.PositiveSize(attribute.Groups, "Groups") != 1) builder.Fail("NG0018", "Groups", LayerBuilder.Text(attribute.Groups), $"1 {Here}");
        var (most, features) = (x.Shape.Axes[0], x.Shape.Last);
        var (weight, bias) = ConvolutionRecipe.Parameters(builder, attribute, features, channels, 1, [kernel], ParameterStorage.Convolution(1));
        builder.CheckSize((long)most * Panels.Padded(features * kernel), $"what its kernel covers around {LayerBuilder.Text(most)} positions");
        var matrix = builder.AddPart("weight", new Reshape(new Shape(channels, features * kernel)), weight);
        // A kernel of one place has the positions themselves for windows.
        var windows = kernel == 1 ? x : builder.AddPart("windows", new PositionWindow(axis), x);
        return builder.Add(new Linear(), bias is null ? [windows, matrix] : [windows, matrix, bias]);
    }
}
