using NetGen.Runtime;
using NetGen.Serialization;

namespace NetGen;

/// <summary>The parameters of a network, or something as large as them (gradients, an optimizer's state), in one arena of floats.</summary>
/// <remarks>
/// The arena is aligned to 64 bytes and never moves. Tensors are padded in it, and padding is always zero, so that what is done with every element of it
/// (an update, a norm) needs no knowledge of the tensors.
/// </remarks>
public sealed unsafe partial class ParameterSet
{
    // Holds the memory alive that everything reads through the pointer; null where the memory is the program's own.
    readonly Arena? _arena;
    readonly int _floats;
    readonly Dictionary<string, ParameterInfo> _byName;

    readonly Lock _derivation = new();
    long _version;
    long _derivedVersion = -1;

    /// <summary>An arena of zeros for a network's parameters.</summary>
    /// <param name="info">The network.</param>
    public ParameterSet(NetworkInfo info) : this(info, derived: false) { }

    /// <summary>An arena of zeros for a network's parameters.</summary>
    /// <param name="info">The network.</param>
    /// <param name="derived">Whether there is room for what inference computes from the parameters, see <see cref="Prepare"/>.</param>
    public ParameterSet(NetworkInfo info, bool derived)
    {
        (Info, _byName) = (info, Index(info));
        _floats = (int)info.ParameterFloats;
        _arena = new(_floats + (derived ? info.DerivedFloats : 0));
        Pointer = _arena.Pointer;
    }

    /// <summary>Parameters to be read only, with what is derived from them, in memory that always stays.</summary>
    internal ParameterSet(NetworkInfo info, float* memory)
    {
        (Info, _byName) = (info, Index(info));
        _floats = (int)info.ParameterFloats;
        Pointer = memory;
        IsReadOnly = true;
        _derivedVersion = _version;
    }

    /// <summary>Parameters to be read only, with what is derived from them, in an arena.</summary>
    internal ParameterSet(NetworkInfo info, Arena arena) : this(info, arena.Pointer) => _arena = arena;

    static Dictionary<string, ParameterInfo> Index(NetworkInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (info.ParameterFloats + info.DerivedFloats > Array.MaxLength - ParameterLayout.Alignment)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{info.Name} takes an arena of {info.ParameterFloats} floats for its parameters, more than an array can have."), nameof(info));
        }
        Dictionary<string, ParameterInfo> byName = new(info.Parameters.Length, StringComparer.Ordinal);
        foreach (var parameter in info.Parameters)
        {
            if (parameter.Offset % ParameterLayout.Alignment != 0 || parameter.Offset < 0 || parameter.Offset > info.ParameterFloats - parameter.StoredFloats)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"{parameter.Name} takes floats {parameter.Offset} to {parameter.Offset + parameter.StoredFloats} of an arena of {info.ParameterFloats}."), nameof(info));
            }
            byName.Add(parameter.Name, parameter);
        }
        return byName;
    }

    /// <summary>The network whose parameters these are.</summary>
    public NetworkInfo Info { get; }

    /// <summary>How many tensors there are.</summary>
    public int Count => Info.Parameters.Length;

    /// <summary>Whether the parameters can only be read, as those that are part of the program.</summary>
    public bool IsReadOnly { get; }

    internal void ThrowIfReadOnly()
    {
        if (IsReadOnly)
        {
            throw new InvalidOperationException($"These parameters of {Info.Name} are part of the program and shared, so that they can't be changed. " +
                "Copy them to a network of your own: network.Parameters.CopyTo(own.Parameters).");
        }
    }

    /// <summary>All parameters, <see cref="NetworkInfo.ParameterFloats"/> long. What is written to padding must be zero.</summary>
    /// <remarks>
    /// Predictions take notice of what is written until the next of them; whoever keeps the span and writes later calls <see cref="MarkChanged"/>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The parameters can only be read: <see cref="IsReadOnly"/>.</exception>
    public Span<float> Arena
    {
        get
        {
            MarkChanged();
            return new(Pointer, _floats);
        }
    }

    /// <summary>The arena's address, valid while this object is reachable. Whoever writes through it calls <see cref="MarkChanged"/>.</summary>
    public float* Pointer { get; }

    /// <summary>Says that parameters have changed, so that the next prediction computes anew what it derives from them.</summary>
    /// <exception cref="InvalidOperationException">The parameters can only be read: <see cref="IsReadOnly"/>.</exception>
    public void MarkChanged()
    {
        ThrowIfReadOnly();
        Interlocked.Increment(ref _version);
    }

    /// <summary>The arena's address, once what inference derives from the parameters is up to date. Any number of threads may call it at once.</summary>
    /// <param name="derive">Computes what follows the parameters in the arena.</param>
    public float* Prepare(delegate*<float*, void> derive)
    {
        if (Volatile.Read(ref _derivedVersion) != Volatile.Read(ref _version)) Derive(derive);
        return Pointer;
    }

    void Derive(delegate*<float*, void> derive)
    {
        lock (_derivation)
        {
            var version = Volatile.Read(ref _version);
            if (_derivedVersion == version) return;
            derive(Pointer);
            Volatile.Write(ref _derivedVersion, version);
        }
    }

    /// <summary>The parameters to read.</summary>
    internal ReadOnlySpan<float> Values => new(Pointer, _floats);

    /// <summary>A parameter by PyTorch's name.</summary>
    /// <param name="name">Its name, <c>fc1.weight</c>.</param>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public ParameterView this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return _byName.TryGetValue(name, out var info)
                ? new(this, info)
                : throw new ArgumentException(
                    $"{Info.Name} has no parameter '{name}'. It has: {string.Join(", ", Info.Parameters.Select(p => p.Name))}.", nameof(name));
        }
    }

    /// <summary>The parameters, in PyTorch's order.</summary>
    public IEnumerable<ParameterView> Views
    {
        get
        {
            foreach (var info in Info.Parameters)
                yield return new(this, info);
        }
    }

    /// <summary>Whether there is a parameter of this name.</summary>
    /// <param name="name">PyTorch's name.</param>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Copies every value to the parameters of an equal network.</summary>
    /// <param name="other">Receives the values.</param>
    /// <exception cref="ArgumentException"><paramref name="other"/> belongs to another network.</exception>
    public void CopyTo(ParameterSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(other.Info, Info))
            throw new ArgumentException($"These are parameters of {Info.Name}; the others are {other.Info.Name}'s.", nameof(other));
        Values.CopyTo(other.Arena);
    }

    /// <summary>Gives every parameter its first values. Each tensor has a stream of random numbers of its own, so that it depends on the seed and
    /// its place only.</summary>
    /// <param name="seed">Equal seeds give equal values.</param>
    public void Initialize(ulong seed)
    {
        for (int i = 0; i < Count; i++)
        {
            var view = new ParameterView(this, Info.Parameters[i]);
            var values = new float[view.Info.Count];
            view.Info.Initializer.Fill(values, new PhiloxGenerator(seed, (ulong)i));
            view.CopyFrom(values);
        }
    }

    /// <summary>Reads all parameters from a safetensors file in PyTorch's names, shapes and layouts.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or holds other tensors. Nothing is changed then.</exception>
    public void Load(string path) => ParameterFile.Load(this, path);

    /// <summary>
    /// Reads those parameters that a file has a tensor of the same name for, and leaves the others as they are: a trained backbone into a network with
    /// another head. PyTorch's <c>load_state_dict(…, strict=False)</c>.
    /// </summary>
    /// <param name="path">The file, with PyTorch's names, shapes and layouts.</param>
    /// <param name="skipMisshapen">Whether a tensor of the same name and another shape is left out too, as that of a head for other classes; else it is an
    /// error.</param>
    /// <returns>What was read, and what wasn't.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, a tensor has another shape or isn't one of floats, or none fits at all. Nothing is changed
    /// then.</exception>
    public LoadedParameters LoadMatching(string path, bool skipMisshapen = false) => ParameterFile.LoadMatching(this, path, skipMisshapen);

    /// <summary>Writes all parameters as a safetensors file, replacing an older one in one atomic step.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DirectoryNotFoundException">Its folder isn't there.</exception>
    public void Save(string path) => ParameterFile.Save(this, path);
}
