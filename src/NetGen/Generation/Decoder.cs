using System.Runtime.InteropServices;
using NetGen.Runtime;
using static System.FormattableString;

namespace NetGen;

/// <summary>
/// A text that a network continues. The keys and values of its positions are kept, so that each id costs one pass of a single position, however long the text
/// is; neither an id nor a prompt allocates anything.
/// </summary>
/// <remarks>
/// Made by <see cref="Generation.StartDecoding{TSelf}"/>, or <see cref="Generation.StartDecoding{TSelf, TSource}"/> where texts are about a source. One thread
/// at a time may use a decoder; any number of decoders of a network may work at the same time. The network's parameters must not change while a text goes on:
/// <see cref="Reset()"/> begins another one, and where there is a source, it has to be given again.
/// </remarks>
public sealed unsafe class Decoder : IDisposable
{
    readonly ParameterSet _parameters;
    readonly DecodingInfo _info;
    readonly int[] _tokens;

    // Caches, activations and logits, one after the other; null once disposed.
    Arena? _memory;

    internal Decoder(ParameterSet parameters, DecodingInfo info)
    {
        _parameters = parameters;
        _info = info;
        _tokens = new int[info.Positions];
        _memory = new(checked(info.CacheFloats + info.ActivationFloats + info.Vocabulary));
    }

    /// <param name="parameters">The network's parameters.</param>
    /// <param name="info">What is known of the network.</param>
    /// <param name="source">A source of it.</param>
    internal Decoder(ParameterSet parameters, DecodingInfo info, ReadOnlySpan<float> source) : this(parameters, info) => Encode(source);

    /// <summary>How many ids the text has.</summary>
    public int Position { get; private set; }

    /// <summary>The most ids that a text may have: the positions of the network's input.</summary>
    public int Capacity => _info.Positions;

    /// <summary>How many ids there are, from 0.</summary>
    public int Vocabulary => _info.Vocabulary;

    /// <summary>The text's ids, [<see cref="Position"/>].</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Position);

    /// <summary>The logits of the id that follows the text, [<see cref="Vocabulary"/>]. They change with the next id.</summary>
    /// <exception cref="InvalidOperationException">The text is empty.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public ReadOnlySpan<float> Logits
    {
        get
        {
            var memory = Memory;
            if (Position == 0) throw new InvalidOperationException("The text is empty, and nothing follows from it: give it an id first.");
            return memory.Span.Slice(_info.CacheFloats + _info.ActivationFloats, Vocabulary);
        }
    }

    internal DecodingInfo Info => _info;

    Arena Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return _memory;
        }
    }

    /// <summary>Adds an id to the text.</summary>
    /// <param name="token">The id, from 0 to <see cref="Vocabulary"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id isn't one of the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The text has <see cref="Capacity"/> ids.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public void Append(int token)
    {
        var memory = Memory;
        if ((uint)token >= (uint)Vocabulary) throw Foreign(token, "The id", Vocabulary, nameof(token));
        if (Position == Capacity)
        {
            throw new InvalidOperationException(Invariant(
                $"The text is at position {Position} of {Capacity}, and has no room for another id: Reset begins a new one, Slide goes on with its end alone."));
        }
        _tokens[Position] = token;
        Run(memory);
    }

    /// <summary>Adds an id to the text, and gives what follows.</summary>
    /// <param name="token">The id, from 0 to <see cref="Vocabulary"/> − 1.</param>
    /// <returns>The logits of the id that follows it, [<see cref="Vocabulary"/>]. They change with the next id.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The id isn't one of the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The text has <see cref="Capacity"/> ids.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public ReadOnlySpan<float> Next(int token)
    {
        Append(token);
        return Logits;
    }

    /// <summary>
    /// Adds several ids to the text, all of them or, where something is wrong with one, none. They go through the network together, which takes less time than
    /// one by one; the logits differ by rounding.
    /// </summary>
    /// <param name="tokens">The ids, from 0 to <see cref="Vocabulary"/> − 1.</param>
    /// <returns>The logits of the id that follows them, [<see cref="Vocabulary"/>]. They change with the next id.</returns>
    /// <exception cref="ArgumentException">There are no ids, or more than there is room for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't one of the vocabulary.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public ReadOnlySpan<float> Prompt(ReadOnlySpan<int> tokens)
    {
        var memory = Memory;
        CheckPrompt(tokens, _info, Position, nameof(tokens));
        tokens.CopyTo(_tokens.AsSpan(Position));
        RunAll(memory, tokens.Length);
        return Logits;
    }

    /// <summary>Begins another text, in the same memory. A source stays the same.</summary>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public void Reset()
    {
        // What the caches have of earlier texts is behind the position, where nothing is read.
        _ = Memory;
        Position = 0;
    }

    /// <summary>Begins a text about another source, in the same memory.</summary>
    /// <param name="source">The source, of ids: as many as the network's inputs beside the text have; of a sequence, those of its positions.</param>
    /// <exception cref="ArgumentException">It has another number of values, or the network's sources aren't ids alone.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id isn't one of its vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The network continues texts without a source.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public void Reset(ReadOnlySpan<int> source) => Reset(MemoryMarshal.Cast<int, float>(source), areIds: true);

    /// <inheritdoc cref="Reset(ReadOnlySpan{int})"/>
    /// <param name="source">
    /// The source, of numbers: as many as the network's inputs beside the text have; of a sequence, those of its positions. Where some of these are ids, it has
    /// their bits.
    /// </param>
    public void Reset(ReadOnlySpan<float> source) => Reset(source, areIds: false);

    void Reset(ReadOnlySpan<float> source, bool areIds)
    {
        _ = Memory;
        if (_info.Source is not { } info) throw new InvalidOperationException("The network continues texts without a source.");
        if (info.IsOfIds != areIds) throw new ArgumentException($"The network's sources are {(areIds ? "" : "ids, and no ")}numbers.", nameof(source));
        SourcePass.Check(source, info, nameof(source));
        Position = 0;
        Encode(source);
    }

    /// <summary>
    /// Begins another text with the last ids of this one, so that there is room for more. They are computed anew, since they are at other positions now.
    /// </summary>
    /// <param name="tokens">How many ids to keep, from 0 to <see cref="Position"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The text hasn't so many ids.</exception>
    /// <exception cref="ObjectDisposedException">The decoder was disposed.</exception>
    public void Slide(int tokens)
    {
        var memory = Memory;
        if (tokens < 0 || tokens > Position)
            throw new ArgumentOutOfRangeException(nameof(tokens), tokens, Invariant($"A text of {Position} ids can't go on with its last {tokens}."));
        Tokens[(Position - tokens)..].CopyTo(_tokens);
        Position = 0;
        RunAll(memory, tokens);
    }

    /// <summary>Lets go of the decoder's memory.</summary>
    public void Dispose() => _memory = null;

    void Encode(ReadOnlySpan<float> source)
    {
        var memory = Memory;
        SourcePass.Run(_info, _parameters, memory.Pointer, source);
        GC.KeepAlive(memory);
    }

    /// <summary>Takes the next ids of those that are there: the last one gives logits, and those before it no more than later ones need of them.</summary>
    void RunAll(Arena memory, int count)
    {
        if (count > 1)
        {
            PromptBlocks.Run(_info, _parameters, memory.Pointer, _tokens.AsSpan(Position, count - 1), Position);
            Position += count - 1;
        }
        if (count > 0) Run(memory);
    }

    /// <summary>Takes the next id.</summary>
    void Run(Arena memory)
    {
        var position = new OnePosition
        {
            Pass = _info.Pass,
            Token = _tokens[Position],
            Position = Position,
            Parameters = _parameters.Pointer,
            Cache = memory.Pointer,
            Activations = memory.Pointer + _info.CacheFloats,
            Logits = memory.Pointer + _info.CacheFloats + _info.ActivationFloats,
        };
        if (_info.SharesTokens) _info.Threads.Run(&Body, &position);
        else Body(&position, 0, 1);
        GC.KeepAlive(memory);
        GC.KeepAlive(_parameters);
        Position++;
    }

    static void Body(void* state, int worker, int workers)
    {
        var position = (OnePosition*)state;
        position->Pass(
            (float*)&position->Token, position->Parameters, position->Activations, position->Cache, position->Logits, position->Position, worker, workers);
    }

    /// <summary>Refuses a prompt that a text at a position can't take.</summary>
    internal static void CheckPrompt(ReadOnlySpan<int> tokens, DecodingInfo info, int position, string name)
    {
        if (tokens.IsEmpty) throw new ArgumentException($"{name} is empty: what follows has to follow from something.", name);
        var place = Guard.FirstForeign(tokens, info.Vocabulary);
        if (place >= 0) throw Foreign(tokens[place], Invariant($"The id at position {place}"), info.Vocabulary, name);
        if (tokens.Length <= info.Positions - position) return;
        throw new ArgumentException(
            Invariant($"{name} has {tokens.Length:N0} ids; a text at position {position:N0} of {info.Positions:N0} has room for {info.Positions - position:N0}."), name);
    }

    static ArgumentOutOfRangeException Foreign(int token, string what, int vocabulary, string name) =>
        new(name, token, Invariant($"{what} is {token}; the vocabulary has {vocabulary:N0} ids, from 0 to {vocabulary - 1}."));

    struct OnePosition
    {
        public delegate*<float*, float*, float*, float*, float*, int, int, int, void> Pass;
        public float* Parameters;
        public float* Activations;
        public float* Cache;
        public float* Logits;
        public int Token;
        public int Position;
    }
}
