using System.Runtime.InteropServices;
using NetGen.Runtime;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>An encoder and decoder that was generated and loaded, whatever its class and its source.</summary>
abstract class EncoderDecoderSubject
{
    public abstract DecodingInfo Info { get; }

    public abstract ParameterSet Parameters { get; }

    /// <summary>Makes an instance of a network's class.</summary>
    public static EncoderDecoderSubject Create(Type network)
    {
        var arguments = network.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEncoderDecoder<,>)).GetGenericArguments();
        return (EncoderDecoderSubject)Activator.CreateInstance(typeof(EncoderDecoderSubject<,>).MakeGenericType(arguments))!;
    }

    /// <summary>The logits of a whole text about a source, [positions, vocabulary].</summary>
    /// <param name="source">The source, with the bits of ids.</param>
    /// <param name="tokens">The text.</param>
    /// <param name="place">The place of the text among the values of the source.</param>
    public abstract float[] Predict(float[] source, int[] tokens, int place);

    /// <summary>The logits of a whole text about a source that has as many positions as it likes, and comes before the text.</summary>
    /// <param name="source">The source, with the bits of ids.</param>
    /// <param name="tokens">The text.</param>
    /// <param name="lengths">The positions of the source and, where these are free too, of the text.</param>
    public abstract float[] Predict(float[] source, int[] tokens, int[] lengths);

    public abstract Decoder StartDecoding(float[] source);

    public abstract IEnumerable<int> Generate(float[] source, ReadOnlySpan<int> prompt, SamplingOptions? options = null);

    public abstract IAsyncEnumerable<int> GenerateAsync(float[] source, ReadOnlySpan<int> prompt, SamplingOptions? options = null, CancellationToken cancellation = default);

    /// <summary>The caches after a source, where exactly so many workers share it.</summary>
    public abstract float[] EncodeShared(float[] source, int workers);

    /// <summary>The logits after each id of a text, [ids, vocabulary].</summary>
    public float[] Decode(float[] source, ReadOnlySpan<int> tokens)
    {
        using var decoder = StartDecoding(source);
        var logits = new List<float>();
        foreach (var token in tokens) logits.AddRange(decoder.Next(token));
        return [.. logits];
    }

    /// <summary>Some ids of the vocabulary, as many as a text has at most.</summary>
    public int[] Text(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Info.Positions).Select(_ => random.Next(Info.Vocabulary))];
    }

    /// <summary>Some source.</summary>
    public float[] Source(int seed)
    {
        var random = new Random(seed);
        float[] source = [.. Enumerable.Range(0, Info.Source!.Size).Select(_ => 2 * random.NextSingle() - 1)];
        foreach (var ids in Info.Source.Ids)
        {
            for (var i = 0; i < ids.Count; i++) source[ids.First + i] = BitConverter.Int32BitsToSingle(random.Next(ids.Vocabulary));
        }
        return source;
    }
}

/// <inheritdoc cref="EncoderDecoderSubject"/>
sealed unsafe class EncoderDecoderSubject<TNetwork, TSource> : EncoderDecoderSubject
    where TNetwork : class, IEncoderDecoder<TNetwork, TSource>
    where TSource : unmanaged
{
    readonly TNetwork network = TNetwork.Create();

    public override DecodingInfo Info => TNetwork.Decoding;

    public override ParameterSet Parameters => network.Parameters;

    public override float[] Predict(float[] source, int[] tokens, int place)
    {
        var text = MemoryMarshal.Cast<int, float>(tokens).ToArray();
        var y = new float[TNetwork.Info.OutputSize];
        network.Predict([.. source[..place], .. text, .. source[place..]], y);
        return y;
    }

    public override float[] Predict(float[] source, int[] tokens, int[] lengths)
    {
        var y = new float[TNetwork.Info.OutputSize];
        ((ISequenceNetwork)network).Predict([.. source, .. MemoryMarshal.Cast<int, float>(tokens)], lengths, y);
        return y;
    }

    public override Decoder StartDecoding(float[] source) => network.StartDecoding(Cast(source));

    public override IEnumerable<int> Generate(float[] source, ReadOnlySpan<int> prompt, SamplingOptions? options) => network.Generate(Cast(source), prompt, options);

    public override IAsyncEnumerable<int> GenerateAsync(float[] source, ReadOnlySpan<int> prompt, SamplingOptions? options, CancellationToken cancellation) =>
        network.GenerateAsync(Cast(source), prompt, options, cancellation);

    public override float[] EncodeShared(float[] source, int workers)
    {
        // What a kernel reads and hasn't written shows as NaN, but for the caches, which are zeros at first.
        var (cache, activations) = (new Arena(Info.CacheFloats), new Arena(Info.Source!.ActivationFloats));
        activations.Span.Fill(float.NaN);
        fixed (float* x = source)
        {
            // One thread has a source of any length.
            if (Info.Source.MaxPositions > 0)
            {
                Info.Source.PositionsPass(x, network.Parameters.Pointer, activations.Pointer, cache.Pointer, Info.Source.MaxPositions);
                GC.KeepAlive(activations);
                GC.KeepAlive(network);
                return cache.Span.ToArray();
            }
            var used = 0;
            var call = new Call
            {
                Pass = Info.Source.Pass, Source = x, Parameters = network.Parameters.Pointer, Activations = activations.Pointer, Cache = cache.Pointer, Workers = &used,
            };
            Workers.Run(&Body, &call, workers);
            Assert.Equal(workers, used);
        }
        GC.KeepAlive(activations);
        GC.KeepAlive(network);
        return cache.Span.ToArray();
    }

    static ReadOnlySpan<TSource> Cast(float[] source) => MemoryMarshal.Cast<float, TSource>(source);

    struct Call
    {
        public delegate*<float*, float*, float*, float*, int, int, void> Pass;
        public float* Source;
        public float* Parameters;
        public float* Activations;
        public float* Cache;
        public int* Workers;
    }

    static void Body(void* state, int worker, int workers)
    {
        var call = (Call*)state;
        if (worker == 0) *call->Workers = workers;
        call->Pass(call->Source, call->Parameters, call->Activations, call->Cache, worker, workers);
    }
}
