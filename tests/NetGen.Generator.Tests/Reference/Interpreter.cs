using NetGen.Generator.Graph;
using NetGen.Generator.Ops;
using NetGen.Runtime;

namespace NetGen.Generator.Tests.Reference;

/// <summary>What a graph is evaluated on.</summary>
/// <param name="Batch">The samples and their targets.</param>
/// <param name="Parameters">The parameters by name, in PyTorch's order.</param>
/// <param name="Loss">The declared loss, whose settings the graph holds as expressions only.</param>
/// <param name="Scale">What the gradient of the mean loss is multiplied with.</param>
/// <param name="Seed">The seed of dropout.</param>
/// <param name="Step">The number of the step, as dropout counts it.</param>
/// <param name="Rounding">By what part of itself each computed number is changed at most, by chance, as if it were rounded.</param>
/// <param name="RoundingSeed">What these changes are drawn from.</param>
sealed record Inputs(Batch Batch, IReadOnlyDictionary<string, double[]> Parameters, LossSettings? Loss, double Scale = 1, ulong Seed = 0, ulong Step = 0,
    double Rounding = 0, int RoundingSeed = 0);

/// <summary>
/// Evaluates a network's graph in double precision with plain loops: each op from its definition, and nothing of its lowering. Values are computed when they
/// are asked for. A batched value is [n, size]; others are [size], all in PyTorch's order.
/// </summary>
sealed class Interpreter(NetworkGraph graph, Inputs inputs)
{
    readonly Dictionary<Value, double[]> values = [];
    readonly int samples = inputs.Batch.Samples;

    public double[] this[Value value]
    {
        get
        {
            if (!values.TryGetValue(value, out var result)) values.Add(value, result = Rounded(value, Evaluate(value)));
            return result;
        }
    }

    /// <summary>The loss of the batch: the mean over its samples, over those that count, or the sum.</summary>
    public double Loss => Divisor == 0 ? 0 : this[graph.Loss!].Sum() / Divisor;

    /// <summary>The same of the absolute values of the samples' losses.</summary>
    public double LossMagnitude => Divisor == 0 ? 0 : this[graph.Loss!].Sum(Math.Abs) / Divisor;

    double Divisor => ((LossOp)graph.Loss!.Op).Mean switch
    {
        LossMean.Sum => 1,
        LossMean.Samples => samples,
        _ => inputs.Batch.Labels!.Count(label => label != inputs.Loss!.IgnoreIndex),
    };

    /// <summary>
    /// What a computation with less precise numbers could give. An activation's formula also rounds numbers of its argument's size, or its gradient's.
    /// </summary>
    double[] Rounded(Value value, double[] exact)
    {
        // Ids, numbers of experts and of rows are whole, whatever the precision, and what only moves or chooses numbers has the same ones, which is compared.
        var isExact = value.Op is ExpertTable or ExpertCounts or Reshape or Strided or MaxPositions or ReduceRows { Kind: Reduction.Max };
        if (inputs.Rounding == 0 || isExact || value.Type.Element == ElementType.Int32) return exact;
        var random = new Random(inputs.RoundingSeed * 1000 + values.Count);
        // A slope is the sum of parts around 1.
        var sizes = value.Op switch { Activation or ActivationGradient => this[value.Inputs[0]], ActivationSlope => [.. exact.Select(_ => 1.0)], _ => exact };
        return [.. exact.Select((x, i) => x + Math.Max(Math.Abs(x), Math.Abs(sizes[i])) * inputs.Rounding * (2 * random.NextDouble() - 1))];
    }

    double[] Evaluate(Value value)
    {
        var operands = value.Inputs.Where(v => v.Op is not Target).Select(v => this[v]).ToArray();
        return value.Op switch
        {
            Input => inputs.Batch.X,
            InputPart part => [.. Enumerable.Range(0, samples).SelectMany(s => operands[0][(s * part.Pitch + part.First)..(s * part.Pitch + part.First + value.Size)])],
            Parameter { Part: { } part } p => inputs.Parameters[part.Name].AsSpan(part.First * (value.Size / value.Shape.Axes[0]), p.Shape.Size).ToArray(),
            Parameter p => inputs.Parameters[p.FullName],
            Reshape or Copy => operands[0],
            Linear => Product(operands[0], operands[1], operands.ElementAtOrDefault(2), value.Inputs[0].Shape.Last, value.Shape.Last),
            Embedding => [.. operands[0].SelectMany(id => Sample(operands[1], value.Shape.Last, (int)id))],
            EmbeddingGradient e => [.. Scattered(operands[0], operands[1], value.Shape.Axes[0], value.Shape.Last, e.PaddingIndex)
                .Select((sum, i) => sum + (operands.ElementAtOrDefault(2)?[i] ?? 0))],
            Transpose => Transposed(operands[0], value.Shape.Axes[1], value.Shape.Axes[0]),
            OuterProducts => OuterProduct(operands[0], operands[1], value.Inputs[0].Shape.Last, value.Inputs[1].Shape.Last),
            SumSamples => Summed(value, operands),
            SumRows => Rows.LayerNormWeightGradient(operands[0], null, null, value.Size),
            Convolution c => Convolutions.Forward(operands[0], operands[1], operands.ElementAtOrDefault(2), ConvolutionSizes.Of(c.Window, c.Groups, value.Inputs[0].Shape, value.Shape)),
            TransposedConvolution c => Convolutions.Transposed(operands[0], operands[1], operands.ElementAtOrDefault(2), ConvolutionSizes.Of(c.Window, c.Groups, value.Shape, value.Inputs[0].Shape)),
            DepthwiseConvolution c => Convolutions.Forward(
                operands[0], operands[1], operands.ElementAtOrDefault(2), ConvolutionSizes.Of(c.Window, value.Shape.Axes[0], value.Inputs[0].Shape, value.Shape)),
            DepthwiseInputGradient c => Convolutions.Transposed(operands[0], operands[1], null, ConvolutionSizes.Of(c.Window, value.Shape.Axes[0], value.Shape, value.Inputs[0].Shape)),
            DepthwiseWeightGradient c => Convolutions.WeightGradient(
                operands[0], operands[1], ConvolutionSizes.Of(c.Window, value.Shape.Axes[0], value.Inputs[1].Shape, value.Inputs[0].Shape)),
            PhaseWeights => operands[0],
            ConvolutionWeightGradient c => Convolutions.WeightGradient(operands[0], operands[1], ConvolutionSizes.Of(c.Window, c.Groups, value.Inputs[1].Shape, value.Inputs[0].Shape)),
            Activation a => [.. operands[0].Select(x => Functions.Value(a, x))],
            ActivationSlope s => [.. operands[0].Select(x => Functions.Derivative(s.Of, x))],
            ActivationGradient g => [.. operands[0].Zip(operands[1], (dy, saved) => dy * Functions.Derivative(g.Of, saved))],
            AddWeight => [.. operands[0].Select((x, i) => x + operands[1][i % operands[1].Length])],
            MeanPositions m => PerSample(value, (sample, size) => Enumerable.Range(0, value.Size)
                .Select(column => Sample(operands[0], size, sample).Where((_, i) => i % value.Size == column).Sum() / (m.IsSum ? 1 : size / value.Size))),
            MeanPositionsGradient m => PerSample(value, (sample, size) => Enumerable.Range(0, value.Size)
                .Select(i => operands[0][sample * size + i % size] / (m.IsWhole ? 1 : value.Shape.Axes[0]))),
            MaxPositions => PerSample(value, (sample, size) => PositionFunctions.Maxima(Sample(operands[0], size, sample), value.Size)),
            MaxPositionsGradient g => PerSample(value, (sample, size) => PositionFunctions.OfMaxima(Sample(operands[0], size, sample), Sample(operands[1], value.Size, sample), g.IsShared)),
            EndPosition p => PerSample(value, (sample, size) => Sample(operands[0], size, sample).AsSpan(p.Last ? size - value.Size : 0, value.Size).ToArray()),
            EndPositionGradient p => PerSample(value, (sample, size) => Enumerable.Range(0, value.Size)
                .Select(i => i - (p.Last ? value.Size - size : 0) is >= 0 and var at && at < size ? operands[0][sample * size + at] : 0)),
            PositionWindow w => PerSample(value, (sample, size) => PositionFunctions.Windows(Sample(operands[0], size, sample), value.Inputs[0].Shape.Last, w.Axis)),
            PositionWindowGradient w => PerSample(value, (sample, size) => PositionFunctions.OfWindows(Sample(operands[0], size, sample), value.Shape.Last, w.Axis)),
            Combine { Operator: Operator.Add } => [.. operands[0].Zip(operands[1], (a, b) => a + b)],
            Combine { Operator: Operator.Multiply } => [.. operands[0].Zip(operands[1], (a, b) => a * b)],
            Concat => PerSample(value, (sample, _) => value.Inputs.SelectMany((input, i) => Sample(operands[i], input.Size, sample))),
            Slice part => PerSample(value, (sample, _) => Sample(operands[0], value.Inputs[0].Size, sample).Skip(part.First).Take(value.Size)),
            ChannelScale => PerSample(value, (sample, _) => Sample(operands[0], value.Size, sample)
                .Select((x, i) => x * operands[1][sample * value.Inputs[1].Size + i / (value.Size / value.Inputs[1].Size)])),
            SumPositions => PerSample(value, (sample, size) => Sample(operands[0], size, sample).Zip(Sample(operands[1], size, sample), (dy, x) => dy * x)
                .Chunk(size / value.Size).Select(channel => channel.Sum())),
            Place part => PerSample(value, (sample, size) => new double[part.First].Concat(Sample(operands[0], size, sample))
                .Concat(new double[value.Size - part.First - size])),
            NormalNoise noise => [.. Enumerable.Range(0, samples * value.Size).Select(i => Normal(noise, (uint)i))],
            Reparameterize => [.. operands[0].Select((mean, i) => mean + Math.Exp(operands[1][i] / 2) * operands[2][i])],
            ReparameterizeGradient => [.. operands[0].Select((dz, i) => dz * Math.Exp(operands[1][i] / 2) * operands[2][i] / 2)],
            GaussianDivergence kl => PerSample(value, (sample, size) => [kl.Beta / 2.0 * Sample(operands[0], size, sample).Zip(Sample(operands[1], size, sample),
                (mean, logVariance) => mean * mean + Math.Exp(logVariance) - 1 - logVariance).Sum()]),
            GaussianDivergenceGradient kl => PerSample(value, (sample, size) => Sample(operands[0], size, sample)
                .Select(v => kl.Beta * operands[1][sample] * (kl.OfMean ? v : (Math.Exp(v) - 1) / 2))),
            PenaltyGradient => [.. operands[0].Select(_ => Divisor == 0 ? 0 : inputs.Scale / Divisor)],
            DropoutMask mask => [.. Enumerable.Range(0, samples * value.Size).Select(i => Mask(mask, (uint)i))],
            PReLU => Map(value, (i, channel) => operands[0][i] > 0 ? operands[0][i] : operands[0][i] * operands[1][channel], value.Inputs[1].Size),
            PReLUGradient => Map(value, (i, channel) => operands[1][i] > 0 ? operands[0][i] : operands[0][i] * operands[2][channel], value.Inputs[2].Size),
            Softmax s => Rows.Softmax(operands[0], value.Shape.Last, s.Log),
            SoftmaxGradient s => Rows.SoftmaxGradient(operands[0], operands[1], value.Shape.Last, s.Log),
            LayerNorm n => Rows.LayerNorm(operands[0], operands.ElementAtOrDefault(1), operands.ElementAtOrDefault(2), n.Length, n.Epsilon, n.Centered),
            RowStatistics s => Rows.Statistics(operands[0], s.Length, s.Epsilon, s.Centered),
            LayerNormGradient n => Rows.LayerNormGradient(operands[0], operands[1], operands[2], operands.ElementAtOrDefault(3), n.Length, n.Centered),
            LayerNormWeightGradient => Rows.LayerNormWeightGradient(operands[0], operands.ElementAtOrDefault(1), operands.ElementAtOrDefault(2), value.Size),
            Attention => AttentionFunctions.Of(value, v => this[v], Drawn).Values(),
            AttentionSums => AttentionFunctions.Of(value.Inputs[0], v => this[v], Drawn).Sums(),
            AttentionGradient => AttentionFunctions.Of(value.Inputs[^2], v => this[v], Drawn).Gradients(operands[0])[0],
            AttentionKeyGradient g => AttentionFunctions.Of(value.Inputs[0].Inputs[^2], v => this[v], Drawn).Gradients(this[value.Inputs[0].Inputs[0]])[g.OfValues ? 2 : 1],
            AddSinusoids or RotaryPositions => PositionFunctions.Evaluate(value, operands[0])!,
            _ when RecurrentFunctions.Evaluate(value, operands, v => this[v]) is { } result => result,
            _ when MixtureFunctions.Evaluate(value, operands, v => this[v], samples) is { } result => result,
            RegionOp => Pooling.Evaluate(value, operands),
            _ when Normalizations.Evaluate(value, operands, samples) is { } result => result,
            PixelShuffle or Bilinear or BilinearGradient => Resampling.Evaluate(value, operands[0]),
            _ when Tensors.Evaluate(value, operands, samples) is { } result => result,
            LossOp => PerSample(value.Inputs[0].Size, (x, i) => LossFunctions.Value(inputs.Loss, x, inputs.Batch, i) + operands.Skip(1).Sum(penalty => penalty[i]), operands[0]),
            LossGradient => PerSample(value.Size, (x, i) => LossFunctions.Gradient(inputs.Loss, x, inputs.Batch, i)
                .Select(g => Divisor == 0 ? 0 : g * inputs.Scale / Divisor), operands[1]),
            _ => throw new NotSupportedException($"The reference doesn't know the op {value.Op}."),
        };
    }

    static double[] Product(double[] x, double[] weight, double[]? bias, int inner, int outer)
    {
        var rows = x.Length / inner;
        var y = new double[rows * outer];
        for (var s = 0; s < rows; s++)
        {
            for (var o = 0; o < outer; o++)
            {
                var sum = bias?[o] ?? 0;
                for (var i = 0; i < inner; i++) sum += x[s * inner + i] * weight[o * inner + i];
                y[s * outer + o] = sum;
            }
        }
        return y;
    }

    static double[] Transposed(double[] matrix, int rows, int columns)
    {
        var result = new double[matrix.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c];
        }
        return result;
    }

    static double[] OuterProduct(double[] dy, double[] x, int rows, int columns)
    {
        var sum = new double[rows * columns];
        for (var s = 0; s < x.Length / columns; s++)
        {
            for (var r = 0; r < rows; r++)
            {
                for (var c = 0; c < columns; c++) sum[r * columns + c] += dy[s * rows + r] * x[s * columns + c];
            }
        }
        return sum;
    }

    /// <summary>The sum of the rows that belong to each id; none for the id of padding.</summary>
    static double[] Scattered(double[] rows, double[] ids, int vocabulary, int length, int padding)
    {
        var sums = new double[vocabulary * length];
        for (var i = 0; i < rows.Length; i++)
        {
            var id = (int)ids[i / length];
            if (id != padding) sums[id * length + i % length] += rows[i];
        }
        return sums;
    }

    /// <summary>The two sums over samples that gradients are made of: of what reaches a bias, and of what reaches the slope of a PReLU.</summary>
    double[] Summed(Value value, double[][] operands)
    {
        var sums = new double[value.Size];
        var size = value.Inputs[0].Size;
        for (var i = 0; i < operands[0].Length; i++)
        {
            sums[i % size / (size / sums.Length)] += operands.Length switch
            {
                1 => operands[0][i],
                2 => operands[1][i] > 0 ? 0 : operands[0][i] * operands[1][i],
                _ => throw new NotSupportedException($"The reference doesn't know the sum {((SumSamples)value.Op).Format}."),
            };
        }
        return sums;
    }

    /// <summary>0 or 1 / (1 − p), by the number that the generator of random numbers has for the element.</summary>
    double Mask(DropoutMask mask, uint index) => Kept(mask.Probability, mask.Stream, index);

    double Drawn(AttentionDropout dropout, uint index) => Kept(dropout.Probability, dropout.Stream, index);

    double Kept(float probability, int stream, uint index) =>
        Philox.Uniform(inputs.Seed, inputs.Step, (uint)stream, index) < probability ? 0 : 1 / (1 - (double)probability);

    /// <summary>Where the standard normal distribution reaches the middle of the interval that a random number stands for, by Newton's method.</summary>
    double Normal(NormalNoise noise, uint index)
    {
        var wanted = 2 * (double)Philox.Uniform(inputs.Seed, inputs.Step, (uint)noise.Stream, index) - 1 + 1.0 / (1 << 24);
        var z = 0.0;
        for (var i = 0; i < 50; i++) z -= (Functions.Erf(z / Math.Sqrt(2)) - wanted) / (Math.Exp(-z * z / 2) * Math.Sqrt(2 / Math.PI));
        return z;
    }

    /// <summary>Each element from its index and the index of its channel.</summary>
    double[] Map(Value value, Func<int, int, double> element, int channels) =>
        [.. Enumerable.Range(0, samples * value.Size).Select(i => element(i, i % value.Size / (value.Size / channels)))];

    /// <summary>Each sample of a result, from its index and the size of the first input's samples.</summary>
    double[] PerSample(Value value, Func<int, int, IEnumerable<double>> sample) =>
        [.. Enumerable.Range(0, samples).SelectMany(i => sample(i, value.Inputs[0].Size))];

    static double[] Sample(double[] values, int size, int index) => values[(index * size)..((index + 1) * size)];

    double[] PerSample(int size, Func<double[], int, IEnumerable<double>> values, double[] x) =>
        [.. Enumerable.Range(0, samples).SelectMany(i => values(x[(i * size)..((i + 1) * size)], i))];

    double[] PerSample(int size, Func<double[], int, double> value, double[] x) => PerSample(size, (row, i) => [value(row, i)], x);
}
