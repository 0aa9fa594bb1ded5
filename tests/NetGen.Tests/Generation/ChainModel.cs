using NetGen.Runtime;

namespace NetGen.Tests.Generation;

/// <summary>A decoder of ten positions and five ids, written by hand: likeliest is the sum of all ids so far and one more, modulo five.</summary>
sealed unsafe class ChainModel : ILanguageModel<ChainModel>
{
    public const int Positions = 10, Ids = 5;

    public static NetworkInfo Info { get; } = new()
    {
        Name = "Chain",
        InputShape = [Positions],
        OutputShape = [Positions, Ids],
        InputSize = Positions,
        OutputSize = Positions * Ids,
        Vocabulary = Ids,
        ParameterCount = 0,
        Flops = 0,
        ParameterFloats = 0,
        Parameters = [],
        Layers = [],
    };

    public static DecodingInfo Decoding { get; } = new()
    {
        Positions = Positions,
        Vocabulary = Ids,
        CacheFloats = 16,
        ActivationFloats = 16,
        Pass = &Pass,
        BlockPositions = 4,
        BlockFloats = 16,
        BlockPass = &BlockPass,
    };

    public ParameterSet Parameters { get; } = new(Info);

    public static ChainModel Create(ulong seed = 0) => new();

    public static ChainModel Load(string path) => new();

    public void Save(string path) => throw new NotSupportedException();

    public void Predict(ReadOnlySpan<float> x, Span<float> y) => throw new NotSupportedException();

    /// <summary>The ids that follow a text of at most ten where the likeliest is always drawn.</summary>
    public static IEnumerable<int> Likeliest(params int[] prompt)
    {
        for (var sum = prompt.Sum(); ;)
        {
            var next = (sum + 1) % Ids;
            yield return next;
            sum += next;
        }
    }

    static void Pass(float* x, float* p, float* a, float* cache, float* y, int position, int worker, int workers)
    {
        cache[position] = *(int*)x;
        var sum = 0;
        for (var i = 0; i <= position; i++) sum += (int)cache[i];
        for (var id = 0; id < Ids; id++) y[id] = id == (sum + 1) % Ids ? 1 : 0;
    }

    static void BlockPass(float* x, float* p, float* a, float* cache, int position, int n, int worker, int workers)
    {
        for (var i = 0; i < n; i++) cache[position + i] = ((int*)x)[i];
    }
}
