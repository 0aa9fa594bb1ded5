namespace NetGen.Generator;

/// <summary>The names of the pipeline's steps, by which tests see what reran.</summary>
static class TrackingNames
{
    /// <summary>Symbols are read. Runs at each edit, as nobody can know sooner whether it mattered.</summary>
    public const string Parse = nameof(Parse);

    /// <summary>The equality cut: nothing after it reruns unless the network itself changed.</summary>
    public const string Model = nameof(Model);

    /// <summary>The compiler's passes.</summary>
    public const string Compile = nameof(Compile);

    /// <summary>The files, under names that no two networks share.</summary>
    public const string Files = nameof(Files);

    /// <summary>The networks that are part of the program with their weights.</summary>
    public const string Defaults = nameof(Defaults);

    /// <summary>The networks that get C functions.</summary>
    public const string Exports = nameof(Exports);

    /// <summary>The passes and kernels for GPUs, where NetGen.Gpu is referenced.</summary>
    public const string Gpu = nameof(Gpu);

    /// <summary>What the generator has to say itself, nearly always nothing.</summary>
    public const string Diagnostics = nameof(Diagnostics);
}
