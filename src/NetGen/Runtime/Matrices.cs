using System.Runtime.Intrinsics;

namespace NetGen.Runtime;

/// <summary>Products of matrices in row-major order.</summary>
public static unsafe class Matrices
{
    /// <summary>The products of pairs of matrices, [m, k] with [k, n].</summary>
    /// <param name="a">The left matrices, one after the other.</param>
    /// <param name="b">The right matrices, one after the other.</param>
    /// <param name="y">Receives the products, [m, n] each.</param>
    /// <param name="matrices">How many pairs there are.</param>
    /// <param name="m">The rows of a product.</param>
    /// <param name="k">What is summed over.</param>
    /// <param name="n">The columns of a product.</param>
    /// <param name="transposedA">Whether the left matrices are stored as [k, m].</param>
    /// <param name="transposedB">Whether the right matrices are stored as [n, k].</param>
    public static void Multiply(float* a, float* b, float* y, int matrices, int m, int k, int n, bool transposedA, bool transposedB)
    {
        var (row, step) = transposedA ? (1, m) : (k, 1);
        // The columns of the right matrix are read side by side: where they aren't stored so, they are copied so that they are.
        var columns = transposedB ? Scratch.Of(k * n) : null;
        for (int i = 0; i < matrices; i++, a += (nint)m * k, b += (nint)k * n, y += (nint)m * n)
        {
            if (columns is not null)
            {
                for (int column = 0; column < n; column++)
                {
                    var from = b + (nint)column * k;
                    for (int inner = 0; inner < k; inner++) columns[(nint)inner * n + column] = from[inner];
                }
            }
            int r = 0;
            for (; r + 4 <= m; r += 4) FourRows(a + (nint)r * row, row, step, columns is null ? b : columns, y + (nint)r * n, k, n);
            for (; r < m; r++) OneRow(a + (nint)r * row, step, columns is null ? b : columns, y + (nint)r * n, k, n);
        }
    }

    static void FourRows(float* a, nint row, nint step, float* b, float* y, int k, int n)
    {
        var lanes = Vector256<float>.Count;
        int column = 0;
        for (; column + 2 * lanes <= n; column += 2 * lanes)
        {
            Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
            var from = a;
            var right = b + column;
            for (int inner = 0; inner < k; inner++, from += step, right += n)
            {
                var (b0, b1) = (Vector256.Load(right), Vector256.Load(right + lanes));
                var x = Vector256.Create(from[0]);
                (c00, c01) = (Vector256.MultiplyAddEstimate(x, b0, c00), Vector256.MultiplyAddEstimate(x, b1, c01));
                x = Vector256.Create(from[row]);
                (c10, c11) = (Vector256.MultiplyAddEstimate(x, b0, c10), Vector256.MultiplyAddEstimate(x, b1, c11));
                x = Vector256.Create(from[2 * row]);
                (c20, c21) = (Vector256.MultiplyAddEstimate(x, b0, c20), Vector256.MultiplyAddEstimate(x, b1, c21));
                x = Vector256.Create(from[3 * row]);
                (c30, c31) = (Vector256.MultiplyAddEstimate(x, b0, c30), Vector256.MultiplyAddEstimate(x, b1, c31));
            }
            var to = y + column;
            c00.Store(to);
            c01.Store(to + lanes);
            c10.Store(to + n);
            c11.Store(to + n + lanes);
            c20.Store(to + 2 * (nint)n);
            c21.Store(to + 2 * (nint)n + lanes);
            c30.Store(to + 3 * (nint)n);
            c31.Store(to + 3 * (nint)n + lanes);
        }
        for (int r = 0; r < 4 && column < n; r++) Columns(a + r * row, step, b, y + (nint)r * n, k, n, column);
    }

    static void OneRow(float* a, nint step, float* b, float* y, int k, int n) => Columns(a, step, b, y, k, n, 0);

    /// <summary>The columns of one row from one on.</summary>
    static void Columns(float* a, nint step, float* b, float* y, int k, int n, int column)
    {
        var lanes = Vector256<float>.Count;
        for (; column + lanes <= n; column += lanes)
        {
            var sum = Vector256<float>.Zero;
            for (int inner = 0; inner < k; inner++)
                sum = Vector256.MultiplyAddEstimate(Vector256.Create(a[inner * step]), Vector256.Load(b + (nint)inner * n + column), sum);
            sum.Store(y + column);
        }
        for (; column < n; column++)
        {
            var sum = 0f;
            for (int inner = 0; inner < k; inner++) sum += a[inner * step] * b[(nint)inner * n + column];
            y[column] = sum;
        }
    }
}
