using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>Elements of a tensor in another order, for up to four axes; and joined tensors.</summary>
public static unsafe class Strides
{
    /// <summary>Collects elements: the next one along an axis of the result is a stride further in the tensor.</summary>
    /// <param name="x">The tensor's first element.</param>
    /// <param name="y">Receives the result, in row-major order.</param>
    /// <param name="pitch">The floats that <paramref name="y"/> has; those past the result become zero.</param>
    /// <param name="a">The result's outermost size.</param>
    /// <param name="b">The next size.</param>
    /// <param name="c">The next.</param>
    /// <param name="d">The innermost.</param>
    /// <param name="sa">The stride of the outermost axis.</param>
    /// <param name="sb">That of the next.</param>
    /// <param name="sc">That of the next.</param>
    /// <param name="sd">That of the innermost.</param>
    public static void Gather(float* x, float* y, int pitch, int a, int b, int c, int d, int sa, int sb, int sc, int sd)
    {
        var end = y + pitch;
        for (int i = 0; i < a; i++)
        {
            for (int j = 0; j < b; j++)
            {
                for (int k = 0; k < c; k++, y += d)
                {
                    var from = x + (nint)i * sa + (nint)j * sb + (nint)k * sc;
                    if (sd == 1) new ReadOnlySpan<float>(from, d).CopyTo(new Span<float>(y, d));
                    else if (sd == 0) new Span<float>(y, d).Fill(*from);
                    else for (int l = 0; l < d; l++) y[l] = from[(nint)l * sd];
                }
            }
        }
        new Span<float>(y, (int)(end - y)).Clear();
    }

    /// <summary>The way back of <see cref="Gather"/>: adds each element to the one that it would be taken from, all of which are zero before.</summary>
    /// <param name="x">The elements, in row-major order.</param>
    /// <param name="y">Receives the tensor.</param>
    /// <param name="pitch">The floats that <paramref name="y"/> has.</param>
    /// <param name="first">The element that comes first.</param>
    /// <param name="a">The outermost size of <paramref name="x"/>.</param>
    /// <param name="b">The next size.</param>
    /// <param name="c">The next.</param>
    /// <param name="d">The innermost.</param>
    /// <param name="sa">The stride of the outermost axis.</param>
    /// <param name="sb">That of the next.</param>
    /// <param name="sc">That of the next.</param>
    /// <param name="sd">That of the innermost.</param>
    public static void Scatter(float* x, float* y, int pitch, int first, int a, int b, int c, int d, int sa, int sb, int sc, int sd)
    {
        new Span<float>(y, pitch).Clear();
        y += first;
        for (int i = 0; i < a; i++)
        {
            for (int j = 0; j < b; j++)
            {
                for (int k = 0; k < c; k++, x += d)
                {
                    var to = y + (nint)i * sa + (nint)j * sb + (nint)k * sc;
                    int l = 0;
                    if (sd == 1)
                    {
                        for (; l + Vector256<float>.Count <= d; l += Vector256<float>.Count) Vector256.Store(Vector256.Load(to + l) + Vector256.Load(x + l), to + l);
                    }
                    for (; l < d; l++) to[(nint)l * sd] += x[l];
                }
            }
        }
    }

    /// <summary>Adds numbers pairwise, some sixteens of them.</summary>
    /// <param name="a">Some numbers.</param>
    /// <param name="b">As many others.</param>
    /// <param name="y">Receives the sums.</param>
    /// <param name="first">The first sixteen.</param>
    /// <param name="last">The sixteen after the last.</param>
    /// <param name="accumulate">Whether they are added to what is there.</param>
    public static void Add(float* a, float* b, float* y, int first, int last, bool accumulate)
    {
        for (var i = (nint)first * 16; i < (nint)last * 16; i += Vector256<float>.Count)
        {
            var sum = Vector256.Load(a + i) + Vector256.Load(b + i);
            if (accumulate) sum += Vector256.Load(y + i);
            sum.Store(y + i);
        }
    }

    /// <summary>Copies blocks of elements to places at regular distances.</summary>
    /// <param name="x">The blocks, one after the other.</param>
    /// <param name="y">The place of the first one.</param>
    /// <param name="blocks">How many there are.</param>
    /// <param name="length">The elements of a block.</param>
    /// <param name="distance">The floats from a place to the next.</param>
    public static void Place(float* x, float* y, int blocks, int length, int distance)
    {
        for (int i = 0; i < blocks; i++) new ReadOnlySpan<float>(x + (nint)i * length, length).CopyTo(new Span<float>(y + (nint)i * distance, length));
    }
}
