using NetGen.Generator.Tests.Reference;
using NetGen.Runtime;

namespace NetGen.Generator.Tests.TrainingRuns;

/// <summary>A decoder that was generated and loaded, whatever its class.</summary>
abstract class LanguageSubject
{
    public abstract DecodingInfo Info { get; }

    public abstract ParameterSet Parameters { get; }

    /// <summary>Makes an instance of a network's class.</summary>
    public static LanguageSubject Create(Type network) =>
        (LanguageSubject)Activator.CreateInstance(typeof(LanguageSubject<>).MakeGenericType(network))!;

    /// <summary>The logits of a whole text, [positions, vocabulary].</summary>
    public abstract float[] Predict(int[] tokens);

    public abstract Decoder StartDecoding();

    public abstract IEnumerable<int> Generate(ReadOnlySpan<int> prompt, SamplingOptions? options = null);

    public abstract IAsyncEnumerable<int> GenerateAsync(ReadOnlySpan<int> prompt, SamplingOptions? options = null, CancellationToken cancellation = default);

    /// <summary>The logits after each id of a text, [ids, vocabulary], where exactly so many workers share each.</summary>
    public abstract float[] DecodeShared(int[] tokens, int workers);

    /// <summary>The caches after a block of a text, where exactly so many workers share its positions.</summary>
    /// <param name="tokens">The ids of a text that the block begins.</param>
    /// <param name="workers">How many workers.</param>
    public abstract float[] BlockShared(int[] tokens, int workers);

    /// <summary>The logits after each id of a text, [ids, vocabulary].</summary>
    public float[] Decode(ReadOnlySpan<int> tokens)
    {
        using var decoder = StartDecoding();
        var logits = new List<float>();
        foreach (var token in tokens) logits.AddRange(decoder.Next(token));
        return [.. logits];
    }

    /// <summary>Some ids of the vocabulary.</summary>
    public int[] Text(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(Info.Vocabulary))];
    }
}

/// <inheritdoc cref="LanguageSubject"/>
sealed unsafe class LanguageSubject<TNetwork> : LanguageSubject where TNetwork : class, ILanguageModel<TNetwork>
{
    readonly TNetwork network = TNetwork.Create();

    public override DecodingInfo Info => TNetwork.Decoding;

    public override ParameterSet Parameters => network.Parameters;

    public override float[] Predict(int[] tokens)
    {
        var y = new float[TNetwork.Info.OutputSize];
        network.Predict(System.Runtime.InteropServices.MemoryMarshal.Cast<int, float>(tokens), y);
        return y;
    }

    public override Decoder StartDecoding() => network.StartDecoding();

    public override IEnumerable<int> Generate(ReadOnlySpan<int> prompt, SamplingOptions? options) => network.Generate(prompt, options);

    public override IAsyncEnumerable<int> GenerateAsync(ReadOnlySpan<int> prompt, SamplingOptions? options, CancellationToken cancellation) =>
        network.GenerateAsync(prompt, options, cancellation);

    public override float[] DecodeShared(int[] tokens, int workers)
    {
        // What a kernel reads and hasn't written shows as NaN, but for the caches, which are zeros at first.
        var (cache, activations) = (new Arena(Info.CacheFloats), new Arena(Info.ActivationFloats));
        activations.Span.Fill(float.NaN);
        var logits = new float[tokens.Length * Info.Vocabulary];
        fixed (int* ids = tokens)
        fixed (float* y = logits)
        {
            for (var i = 0; i < tokens.Length; i++)
            {
                var used = 0;
                var call = new Call
                {
                    Pass = Info.Pass, Token = ids + i, Parameters = network.Parameters.Pointer, Activations = activations.Pointer, Cache = cache.Pointer,
                    Logits = y + i * Info.Vocabulary, Position = i, Workers = &used,
                };
                Workers.Run(&Body, &call, workers);
                Assert.Equal(workers, used);
            }
        }
        GC.KeepAlive(cache);
        GC.KeepAlive(activations);
        GC.KeepAlive(network);
        return logits;
    }

    public override float[] BlockShared(int[] tokens, int workers)
    {
        var count = Math.Min(tokens.Length, Info.BlockPositions);
        var (cache, activations) = (new Arena(Info.CacheFloats), new Arena(Info.BlockFloats * workers));
        activations.Span.Fill(float.NaN);
        fixed (int* ids = tokens)
        {
            var used = 0;
            var call = new Block
            {
                Pass = Info.BlockPass, Tokens = ids, Parameters = network.Parameters.Pointer, Activations = activations.Pointer, ActivationFloats = Info.BlockFloats,
                Cache = cache.Pointer, Count = count, Workers = &used,
            };
            Workers.Run(&BlockBody, &call, workers);
            Assert.Equal(workers, used);
        }
        GC.KeepAlive(activations);
        GC.KeepAlive(network);
        return cache.Span.ToArray();
    }

    struct Block
    {
        public delegate*<float*, float*, float*, float*, int, int, int, int, void> Pass;
        public int* Tokens;
        public float* Parameters;
        public float* Activations;
        public int ActivationFloats;
        public float* Cache;
        public int Count;
        public int* Workers;
    }

    static void BlockBody(void* state, int worker, int workers)
    {
        var call = (Block*)state;
        if (worker == 0) *call->Workers = workers;
        Runtime.Workers.Split(call->Count, worker, workers, out var first, out var last);
        call->Pass((float*)(call->Tokens + first), call->Parameters, call->Activations + worker * call->ActivationFloats, call->Cache, first, last - first, worker, workers);
    }

    struct Call
    {
        public delegate*<float*, float*, float*, float*, float*, int, int, int, void> Pass;
        public int* Token;
        public float* Parameters;
        public float* Activations;
        public float* Cache;
        public float* Logits;
        public int Position;
        public int* Workers;
    }

    static void Body(void* state, int worker, int workers)
    {
        var call = (Call*)state;
        if (worker == 0) *call->Workers = workers;
        call->Pass((float*)call->Token, call->Parameters, call->Activations, call->Cache, call->Logits, call->Position, worker, workers);
    }
}
