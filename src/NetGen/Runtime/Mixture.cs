using System.Numerics;

namespace NetGen.Runtime;

/// <summary>
/// What a mixture of experts does beside its matrix products: each position chooses experts, and its values go to one row for each that it chose, so that the
/// rows of an expert follow each other.
/// </summary>
/// <remarks>
/// The table of a sample has, as floats: the expert of each choice [positions, chosen], the row of each choice [positions, chosen], the position of each row
/// [positions · chosen], and the first row of each expert and the end of the last one's [experts + 1].
/// </remarks>
public static unsafe class Mixture
{
    /// <summary>
    /// Chooses the experts with the largest logits at each position, the earlier of equal ones, and numbers the rows of each expert in the positions' order.
    /// </summary>
    /// <param name="logits">[positions, experts].</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="experts">How many experts there are.</param>
    /// <param name="chosen">How many of them a position chooses.</param>
    /// <param name="pitch">The floats from one position's logits to the next one's.</param>
    /// <param name="table">Receives the table.</param>
    public static void Choose(float* logits, int positions, int experts, int chosen, int pitch, float* table)
    {
        var rows = positions * chosen;
        var first = table + 3 * (nint)rows;
        for (int e = 0; e <= experts; e++) first[e] = 0;
        for (int t = 0; t < positions; t++, logits += pitch)
        {
            for (int k = 0; k < chosen; k++)
            {
                var best = -1;
                for (int e = 0; e < experts; e++)
                {
                    // Logits that are no numbers are larger than nothing, so that each choice is an expert whatever they are.
                    if ((best < 0 || logits[e] > logits[best]) && !Contains(table + (nint)t * chosen, k, e)) best = e;
                }
                table[(nint)t * chosen + k] = best;
                first[best + 1]++;
            }
        }
        for (int e = 1; e <= experts; e++) first[e] += first[e - 1];
        for (int c = 0; c < rows; c++)
        {
            var row = first[(int)table[c]]++;
            table[(nint)rows + c] = row;
            table[2 * (nint)rows + (int)row] = c / chosen;
        }
        for (int e = experts; e > 0; e--) first[e] = first[e - 1];
        first[0] = 0;
    }

    static bool Contains(float* choices, int count, int expert)
    {
        for (int k = 0; k < count; k++)
        {
            if (choices[k] == expert) return true;
        }
        return false;
    }

    /// <summary>The softmax of each position's logits over the experts that it chose.</summary>
    /// <param name="logits">[positions, experts].</param>
    /// <param name="table">The table.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="experts">How many experts there are.</param>
    /// <param name="chosen">How many of them a position chooses.</param>
    /// <param name="pitch">The floats from one position's logits to the next one's.</param>
    /// <param name="shares">Receives the shares, [positions, chosen].</param>
    public static void Shares(float* logits, float* table, int positions, int experts, int chosen, int pitch, float* shares)
    {
        for (int t = 0; t < positions; t++, logits += pitch, table += chosen, shares += chosen)
        {
            // The first choice has the largest logit.
            var max = logits[(int)table[0]];
            var sum = 0f;
            for (int k = 0; k < chosen; k++) sum += shares[k] = MathF.Exp(logits[(int)table[k]] - max);
            for (int k = 0; k < chosen; k++) shares[k] /= sum;
        }
    }

    /// <summary>What reaches the logits from the shares: s (∂s − Σ ∂s s) for the experts that a position chose, 0 for others.</summary>
    /// <param name="dshares">∂s, [positions, chosen].</param>
    /// <param name="shares">[positions, chosen].</param>
    /// <param name="table">The table.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="experts">How many experts there are.</param>
    /// <param name="chosen">How many of them a position chooses.</param>
    /// <param name="pitch">The floats from one position's gradient to the next one's.</param>
    /// <param name="dlogits">Receives the gradient, [positions, experts].</param>
    public static void SharesGradient(float* dshares, float* shares, float* table, int positions, int experts, int chosen, int pitch, float* dlogits)
    {
        for (int t = 0; t < positions; t++, dlogits += pitch, table += chosen, shares += chosen, dshares += chosen)
        {
            new Span<float>(dlogits, experts).Clear();
            var sum = 0f;
            for (int k = 0; k < chosen; k++) sum += dshares[k] * shares[k];
            for (int k = 0; k < chosen; k++) dlogits[(int)table[k]] = shares[k] * (dshares[k] - sum);
        }
    }

    /// <summary>Each row's position.</summary>
    /// <param name="x">[positions, features].</param>
    /// <param name="table">The table.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="chosen">How many experts each of them chooses.</param>
    /// <param name="features">The values of a position.</param>
    /// <param name="pitchOfX">The floats from one position to the next.</param>
    /// <param name="pitchOfY">The floats from one row to the next.</param>
    /// <param name="y">Receives the rows, [positions · chosen, features].</param>
    public static void Rows(float* x, float* table, int positions, int chosen, int features, int pitchOfX, int pitchOfY, float* y) =>
        Rows(x, table, null, positions, chosen, features, pitchOfX, pitchOfY, y);

    /// <summary>Each row's position, times its share.</summary>
    /// <param name="x">[positions, features].</param>
    /// <param name="table">The table.</param>
    /// <param name="shares">[positions, chosen].</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="chosen">How many experts each of them chooses.</param>
    /// <param name="features">The values of a position.</param>
    /// <param name="pitchOfX">The floats from one position to the next.</param>
    /// <param name="pitchOfY">The floats from one row to the next.</param>
    /// <param name="y">Receives the rows, [positions · chosen, features].</param>
    public static void Rows(float* x, float* table, float* shares, int positions, int chosen, int features, int pitchOfX, int pitchOfY, float* y)
    {
        var rows = table + (nint)positions * chosen;
        for (int t = 0; t < positions; t++, x += pitchOfX)
        {
            for (int k = 0; k < chosen; k++) Scale(x, shares == null ? 1 : *shares++, y + (nint)(*rows++) * pitchOfY, features);
        }
    }

    /// <summary>The sum of each position's rows.</summary>
    /// <param name="x">[positions · chosen, features].</param>
    /// <param name="table">The table.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="chosen">How many experts each of them chooses.</param>
    /// <param name="features">The values of a position.</param>
    /// <param name="pitchOfX">The floats from one row to the next.</param>
    /// <param name="pitchOfY">The floats from one position to the next.</param>
    /// <param name="y">Receives the sums, [positions, features].</param>
    public static void Sum(float* x, float* table, int positions, int chosen, int features, int pitchOfX, int pitchOfY, float* y) =>
        Sum(x, table, null, positions, chosen, features, pitchOfX, pitchOfY, y);

    /// <summary>The sum of each position's rows, times their shares.</summary>
    /// <param name="x">[positions · chosen, features].</param>
    /// <param name="table">The table.</param>
    /// <param name="shares">[positions, chosen].</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="chosen">How many experts each of them chooses.</param>
    /// <param name="features">The values of a position.</param>
    /// <param name="pitchOfX">The floats from one row to the next.</param>
    /// <param name="pitchOfY">The floats from one position to the next.</param>
    /// <param name="y">Receives the sums, [positions, features].</param>
    public static void Sum(float* x, float* table, float* shares, int positions, int chosen, int features, int pitchOfX, int pitchOfY, float* y)
    {
        var rows = table + (nint)positions * chosen;
        for (int t = 0; t < positions; t++, y += pitchOfY)
        {
            for (int k = 0; k < chosen; k++)
            {
                var row = x + (nint)(*rows++) * pitchOfX;
                var share = shares == null ? 1 : *shares++;
                if (k == 0) Scale(row, share, y, features);
                else Add(row, share, y, features);
            }
        }
    }

    /// <summary>What reaches the shares: the product of each position's gradient with each of its rows.</summary>
    /// <param name="dy">[positions, features].</param>
    /// <param name="x">[positions · chosen, features].</param>
    /// <param name="table">The table.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="chosen">How many experts each of them chooses.</param>
    /// <param name="features">The values of a position.</param>
    /// <param name="pitchOfY">The floats from one position to the next.</param>
    /// <param name="pitchOfX">The floats from one row to the next.</param>
    /// <param name="dshares">Receives the products, [positions, chosen].</param>
    public static void Products(float* dy, float* x, float* table, int positions, int chosen, int features, int pitchOfY, int pitchOfX, float* dshares)
    {
        var rows = table + (nint)positions * chosen;
        for (int t = 0; t < positions; t++, dy += pitchOfY)
        {
            for (int k = 0; k < chosen; k++)
            {
                var row = x + (nint)(*rows++) * pitchOfX;
                var sums = Vector<float>.Zero;
                var i = 0;
                for (; i + Vector<float>.Count <= features; i += Vector<float>.Count) sums += Vector.Load(dy + i) * Vector.Load(row + i);
                var sum = Vector.Sum(sums);
                for (; i < features; i++) sum += dy[i] * row[i];
                *dshares++ = sum;
            }
        }
    }

    /// <summary>How many positions chose each expert.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The rows of all experts.</param>
    /// <param name="experts">How many experts there are.</param>
    /// <param name="counts">Receives the numbers, [experts].</param>
    public static void Counts(float* table, int rows, int experts, float* counts)
    {
        var first = table + 3 * (nint)rows;
        for (int e = 0; e < experts; e++) counts[e] = first[e + 1] - first[e];
    }

    /// <summary>
    /// A sample's part of the loss that balances experts: weight · experts · Σ f P, with f the positions of all samples that chose an expert, by their number,
    /// and P the mean over the sample's positions of the softmax over all experts. Fedus et al. 2021, equations 4 to 6.
    /// </summary>
    /// <param name="logits">[positions, experts].</param>
    /// <param name="counts">How many positions of all samples chose each expert.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="experts">How many experts there are.</param>
    /// <param name="chosen">How many of them a position chooses.</param>
    /// <param name="weight">What the loss is multiplied by.</param>
    /// <param name="loss">Receives the number.</param>
    public static void Balance(float* logits, float* counts, int positions, int experts, int chosen, float weight, float* loss)
    {
        var total = 0f;
        for (int e = 0; e < experts; e++) total += counts[e];
        var sum = 0f;
        for (int t = 0; t < positions; t++, logits += experts) sum += Used(logits, counts, experts);
        *loss = weight * experts * chosen / total / positions * sum;
    }

    /// <summary>
    /// What reaches the logits from <see cref="Balance"/>: for each position p (f − Σ f p) · weight · experts / positions, with its softmax p.
    /// </summary>
    /// <param name="gradient">What reaches the loss.</param>
    /// <param name="logits">[positions, experts].</param>
    /// <param name="counts">How many positions of all samples chose each expert.</param>
    /// <param name="positions">How many positions there are.</param>
    /// <param name="experts">How many experts there are.</param>
    /// <param name="chosen">How many of them a position chooses.</param>
    /// <param name="weight">What the loss is multiplied by.</param>
    /// <param name="dlogits">Receives the gradient, [positions, experts].</param>
    public static void BalanceGradient(float* gradient, float* logits, float* counts, int positions, int experts, int chosen, float weight, float* dlogits)
    {
        var total = 0f;
        for (int e = 0; e < experts; e++) total += counts[e];
        var factor = *gradient * (weight * experts * chosen / total / positions);
        for (int t = 0; t < positions; t++, logits += experts, dlogits += experts)
        {
            var mean = Used(logits, counts, experts, dlogits);
            for (int e = 0; e < experts; e++) dlogits[e] *= factor * (counts[e] - mean);
        }
    }

    /// <summary>Σ counts p of a position's softmax p, which is written where there is memory for it.</summary>
    static float Used(float* logits, float* counts, int experts, float* shares = null)
    {
        var max = logits[0];
        for (int e = 1; e < experts; e++) max = MathF.Max(max, logits[e]);
        var (sum, used) = (0f, 0f);
        for (int e = 0; e < experts; e++)
        {
            var share = MathF.Exp(logits[e] - max);
            sum += share;
            used += share * counts[e];
            if (shares != null) shares[e] = share;
        }
        for (int e = 0; e < experts && shares != null; e++) shares[e] /= sum;
        return used / sum;
    }

    static void Scale(float* x, float by, float* y, int count)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count) (Vector.Load(x + i) * by).Store(y + i);
        for (; i < count; i++) y[i] = x[i] * by;
    }

    static void Add(float* x, float by, float* y, int count)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count) (Vector.Load(y + i) + Vector.Load(x + i) * by).Store(y + i);
        for (; i < count; i++) y[i] += x[i] * by;
    }
}
