using NetGen;

namespace NetGen.Samples;

/// <summary>How runs of training end.</summary>
static class FitResults
{
    /// <summary>The result of a run that trained something.</summary>
    /// <param name="result">The result.</param>
    /// <param name="cancellation">What stops the run.</param>
    /// <param name="keepsStopped">Whether the finished epochs of a run that was stopped are worth something.</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="InvalidDataException">The loss was infinite or no number.</exception>
    public static FitResult Trained(this FitResult result, CancellationToken cancellation, bool keepsStopped = false) => result.End switch
    {
        FitEnd.Diverged => throw new InvalidDataException($"After {result.Steps} steps the loss is no number any more: a lower learning rate may help. No weights were written."),
        FitEnd.Cancelled when !keepsStopped || result.Last is null => throw new OperationCanceledException(cancellation),
        _ => result,
    };
}
