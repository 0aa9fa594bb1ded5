namespace NetGen.Samples;

/// <summary>The perceptron of 1957: it fires (1) where the weighted sum of its inputs is above a threshold.</summary>
/// <remarks>
/// Learning rule: after each example, w ← w + (t − y) x and b ← b + (t − y). It changes nothing when the answer is right, and it finds a line between the
/// classes in finitely many steps if there is one. Rosenblatt, <i>The Perceptron: a Perceiving and Recognizing Automaton</i>, Cornell report 85-460-1, 1957;
/// Novikoff, <i>On Convergence Proofs for Perceptrons</i>, 1962.
/// </remarks>
sealed class Rosenblatt
{
    public float[] Weights { get; } = new float[2];

    public float Bias { get; private set; }

    public bool Fires(ReadOnlySpan<float> x) => (Weights[0] * x[0]) + (Weights[1] * x[1]) + Bias > 0;

    /// <summary>Shows the examples again and again until all answers are right.</summary>
    /// <returns>The round after which nothing had to be learned any more, or <see langword="null"/> where that never happened.</returns>
    public int? Learn(Problem problem, int rounds)
    {
        for (var round = 1; round <= rounds; round++)
        {
            var mistakes = 0;
            for (var i = 0; i < problem.Count; i++)
            {
                var x = Problem.Input(i);
                var error = problem.Targets[i] - (Fires(x) ? 1 : 0);        // t − y: −1, 0 or 1
                Weights[0] += error * x[0];
                Weights[1] += error * x[1];
                Bias += error;
                mistakes += error == 0 ? 0 : 1;
            }
            if (mistakes == 0)
                return round;
        }
        return null;
    }
}
