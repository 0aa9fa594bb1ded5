using System.ComponentModel;
using NetGen.Runtime;

namespace NetGen;

/// <summary>A network that can be trained.</summary>
/// <typeparam name="TSelf">The network's class.</typeparam>
/// <typeparam name="TTarget"><see cref="int"/> where a sample's target is its label, <see cref="float"/> where it is one value for each output.</typeparam>
public interface ITrainable<TSelf, TTarget> : INetwork<TSelf>
    where TSelf : class, ITrainable<TSelf, TTarget>
    where TTarget : unmanaged
{
    /// <summary>What the trainer has to know.</summary>
    static abstract TrainingInfo Training { get; }

    /// <summary>Forward and backward pass of a batch: one worker's share of it. Called by <see cref="Trainer{TNetwork, TTarget}"/>.</summary>
    /// <param name="pass">The batch, its buffers, and what comes out.</param>
    /// <param name="worker">Which worker this is, from 0.</param>
    /// <param name="workers">How many there are.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    static abstract unsafe void Train(TrainingPass* pass, int worker, int workers);
}
