namespace NetGen.Runtime;

/// <summary>Memory that a kernel needs only while it runs. Each thread has its own, which grows to what the largest of its kernels needs.</summary>
public static unsafe class Scratch
{
    [ThreadStatic]
    static Arena? t_arena;

    /// <summary>At least as many floats, at a multiple of 64 bytes: the thread's until it asks again. They may have any value.</summary>
    /// <param name="floats">How many, at least 0.</param>
    public static float* Of(int floats)
    {
        var arena = t_arena;
        if (arena is null || arena.Length < floats) t_arena = arena = new Arena(floats);
        return arena.Pointer;
    }
}
