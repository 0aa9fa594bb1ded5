namespace NetGen.Benchmarks;

/// <summary>One piece of work that NetGen and its peers are given.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Network">The network.</param>
/// <param name="Flops">Floating-point operations of a call, as convolutions and matrix products are defined; an algorithm that needs fewer gains by it.</param>
/// <param name="Target">How many times as fast as the peer named in <paramref name="TargetPeer"/> NetGen has to be.</param>
/// <param name="TargetPeer">The start of that peer's name.</param>
/// <param name="NetGen">NetGen's contender for a number of threads; with settings in a training row.</param>
/// <param name="Peer">A peer's, or null where it isn't raced.</param>
/// <param name="TrainingSteps">How many training steps are compared before the race; null where the work isn't training.</param>
sealed record Row(
    string Name, RacedNetwork Network, long Flops, double Target, string TargetPeer,
    Func<AdamWSettings, int, Contender> NetGen, Func<IPeer, AdamWSettings, int, Contender?> Peer, int? TrainingSteps = null)
{
    /// <summary>
    /// Forward results may differ by this much of the largest one; the losses of <see cref="TrainingSteps"/> steps by ten times as much of the largest.
    /// </summary>
    const float Tolerance = 1e-4f;

    /// <summary>Races NetGen, the peers, the FMA peak and plain reading of the parameters.</summary>
    /// <exception cref="PeersDisagreeException">A peer computed something else.</exception>
    public Outcome Run(Race race, IReadOnlyList<IPeer> peers, int threads)
    {
        Compare(peers, threads);
        List<Contender> contenders = [FmaPeak.Contender(), MemoryRead.Contender(Network.ParameterBytes), NetGen(AdamWSettings.Timed, threads)];
        try
        {
            foreach (IPeer peer in peers)
                if (Peer(peer, AdamWSettings.Timed, threads) is { } contender) contenders.Add(contender);
            Result[] results = race.Run(contenders, threads);
            return new Outcome(this, threads, FmaPeak.Flops / results[0].Best, Network.ParameterBytes / results[1].Best, results[2], results[3..]);
        }
        finally
        {
            foreach (Contender contender in contenders) contender.Dispose();
        }
    }

    /// <summary>A race between programs that compute different things would say nothing.</summary>
    void Compare(IReadOnlyList<IPeer> peers, int threads)
    {
        float[] expected = Values(NetGen(AdamWSettings.Usual, threads));
        float largest = expected.Max(MathF.Abs);
        float allowed = largest * (TrainingSteps is null ? Tolerance : 10 * Tolerance);
        foreach (IPeer peer in peers)
        {
            if (Peer(peer, AdamWSettings.Usual, threads) is not { } contender) continue;
            float difference = Values(contender).Zip(expected, (theirs, ours) => MathF.Abs(theirs - ours)).Max();
            if (!(difference <= allowed))
                throw new PeersDisagreeException($"{Name}: {peer.Name} and NetGen differ by {difference:g3}, where {allowed:g3} is allowed.");
        }

        float[] Values(Contender contender)
        {
            using (contender)
            {
                List<float> values = [];
                for (int step = 0; step < (TrainingSteps ?? 1); step++)
                {
                    contender.Run(1);
                    values.AddRange(contender.Result());
                }
                return [.. values];
            }
        }
    }
}

/// <summary>A row's results.</summary>
/// <param name="Row">The row.</param>
/// <param name="Threads">How many threads NetGen and the peers were told to use.</param>
/// <param name="PeakFlops">What one core reached in operations per second.</param>
/// <param name="ReadRate">What one core reached in reading the parameters, in bytes per second.</param>
/// <param name="NetGen">NetGen's result.</param>
/// <param name="Peers">The peers'.</param>
sealed record Outcome(Row Row, int Threads, double PeakFlops, double ReadRate, Result NetGen, IReadOnlyList<Result> Peers)
{
    /// <summary>The share of the cores' FMA peak that a contender reached in its best round.</summary>
    public double ShareOfPeak(Result result) => Row.Flops / result.Best / (PeakFlops * Threads);
}

/// <summary>Two contenders computed different things.</summary>
/// <param name="message">Which, and by how much.</param>
sealed class PeersDisagreeException(string message) : Exception(message);
