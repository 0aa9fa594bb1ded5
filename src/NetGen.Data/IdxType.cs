namespace NetGen.Data;

/// <summary>The type of an IDX file's values: the third byte of the file. Numbers of several bytes are big-endian.</summary>
/// <remarks>LeCun, Cortes, Burges, <i>The MNIST database of handwritten digits</i>, "File formats".</remarks>
public enum IdxType : byte
{
    /// <summary>Unsigned bytes: images and labels of the MNIST family.</summary>
    UInt8 = 0x08,

    /// <summary>Signed bytes.</summary>
    Int8 = 0x09,

    /// <summary>16-bit integers.</summary>
    Int16 = 0x0B,

    /// <summary>32-bit integers.</summary>
    Int32 = 0x0C,

    /// <summary>32-bit floating-point numbers.</summary>
    Single = 0x0D,

    /// <summary>64-bit floating-point numbers.</summary>
    Double = 0x0E,
}
