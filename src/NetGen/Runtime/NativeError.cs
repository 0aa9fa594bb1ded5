using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace NetGen.Runtime;

/// <summary>What C functions return where something is wrong, and the text of the last error of each thread.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class NativeError
{
    /// <summary>All went well.</summary>
    public const int None = 0;

    /// <summary>A pointer is null, or isn't a network, perhaps no longer; or an id isn't one of the vocabulary.</summary>
    public const int Argument = -1;

    /// <summary>A number of values doesn't fit.</summary>
    public const int Size = -2;

    /// <summary>A file isn't there or isn't the network's.</summary>
    public const int File = -3;

    /// <summary>Anything else.</summary>
    public const int Other = -4;

    const int MostBytes = 1024;

    // On the pinned heap, so that C can read it; it ends with its thread.
    [ThreadStatic]
    static byte[]? _text;

    /// <summary>The text of the thread's last error in UTF-8, empty where there was none. It holds until the thread's next error.</summary>
    public static byte* Text
    {
        get
        {
            _text ??= GC.AllocateArray<byte>(MostBytes, pinned: true);
            return (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_text, 0);
        }
    }

    /// <summary>Keeps the text of an error.</summary>
    /// <returns>What the C function returns.</returns>
    internal static int Set(int code, string message)
    {
        var text = new Span<byte>(Text, MostBytes);
        // Where the text is too long, what fits of it stays whole characters.
        Encoding.UTF8.GetEncoder().Convert(message, text[..^1], flush: true, out _, out var bytes, out _);
        text[bytes] = 0;
        return code;
    }

    internal static int Set(Exception exception) => Set(
        exception switch
        {
            ArgumentOutOfRangeException => Argument,
            ArgumentException => Size,
            IOException or InvalidDataException or UnauthorizedAccessException => File,
            _ => Other,
        },
        (exception is TypeInitializationException { InnerException: { } inner } ? inner : exception).Message);
}
