using System.Text;
using static System.FormattableString;

namespace NetGen.Benchmarks;

/// <summary>The results as a table in Markdown.</summary>
static class Table
{
    /// <summary>Bytes that a first-level cache holds at least today.</summary>
    const int FirstCache = 32 * 1024;

    /// <summary>A heading of machine facts, then a line for each row, number of threads and peer.</summary>
    public static string Markdown(IReadOnlyList<Outcome> outcomes, IReadOnlyList<IPeer> peers, Race race)
    {
        StringBuilder text = new();
        foreach (string fact in Machine.Facts()) text.Append("- ").Append(fact).Append('\n');
        text.Append(Invariant($"- FMA peak of one core in the same run: {outcomes.Max(outcome => outcome.PeakFlops) / 1e9:0} GFLOP/s\n"));
        text.Append(Invariant($"- up to {race.Rounds} rounds of {race.Slice.TotalMilliseconds:0.#} ms or a call each, interleaved, each after an untimed call; "))
            .Append("times are the best round's, the median's in brackets; ratios, above 1 where NetGen is faster, are medians of the rounds' ratios\n")
            .Append("- shares of the FMA peak count a convolution's operations by its definition: an algorithm that needs fewer can pass 100%\n");
        foreach (IPeer peer in peers.Where(peer => peer.Unavailable is not null))
            text.Append(Invariant($"- {peer.Name} did not take part. {peer.Unavailable}\n"));
        text.Append("\n| work | threads | NetGen | peer | ratio | target | of the FMA peak | peer of the FMA peak | of the read rate | arena | allocated |\n");
        text.Append("|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (Outcome outcome in outcomes)
        {
            if (outcome.Peers.Count == 0) text.Append(Line(outcome, null));
            foreach (Result peer in outcome.Peers) text.Append(Line(outcome, peer));
        }
        text.Append("\n| peer | threads | rows | geometric mean of the ratios |\n|---|---:|---:|---:|\n");
        foreach (var (peer, threads, rows, mean) in Means(outcomes)) text.Append(Invariant($"| {peer} | {threads} | {rows} | {mean:0.00}× |\n"));
        return text.ToString();
    }

    /// <summary>The geometric mean of the ratios to each peer with each number of threads.</summary>
    public static IEnumerable<(string Peer, int Threads, int Rows, double Mean)> Means(IReadOnlyList<Outcome> outcomes) =>
        outcomes.SelectMany(outcome => outcome.Peers.Select(peer => (peer.Name, outcome.Threads, Ratio: outcome.NetGen.SpeedOver(peer))))
            .GroupBy(ratio => (ratio.Name, ratio.Threads)).OrderBy(peer => peer.Key)
            .Select(peer => (peer.Key.Name, peer.Key.Threads, peer.Count(), Math.Exp(peer.Average(ratio => Math.Log(ratio.Ratio)))));

    /// <summary>One line of the table.</summary>
    static string Line(Outcome outcome, Result? peer)
    {
        Row row = outcome.Row;
        Result netGen = outcome.NetGen;
        // Parameters that stay in a core's first cache don't have to be read from anywhere else.
        long parameters = row.Network.ParameterBytes;
        string read = parameters < FirstCache ? "" : Invariant($"{parameters / netGen.Best / (outcome.ReadRate * outcome.Threads):0%}");
        string peersPeak = peer is null ? "" : Invariant($"{outcome.ShareOfPeak(peer):0%}");
        string versus = peer is null ? "" : $"{peer.Name} {Times(peer)}";
        string ratio = peer is null ? "" : Invariant($"{netGen.SpeedOver(peer):0.00}×");
        string target = peer is not null && peer.Name.StartsWith(row.TargetPeer, StringComparison.Ordinal) ? Invariant($"{row.Target:0.##}×") : "";
        string arena = netGen.ArenaBytes is { } bytes ? Size(bytes) : "";
        return Invariant($"| {row.Name} | {outcome.Threads} | {Times(netGen)} | {versus} | {ratio} | {target} | {outcome.ShareOfPeak(netGen):0%} | ")
            + Invariant($"{peersPeak} | {read} | {arena} | {netGen.AllocatedBytes:0} B |\n");
    }

    static string Times(Result result) => $"{Time(result.Best)} ({Time(result.Median)})";

    /// <summary>A time, with its unit.</summary>
    public static string Time(double seconds) => seconds switch
    {
        < 1e-6 => Invariant($"{seconds * 1e9:0.0} ns"),
        < 1e-5 => Invariant($"{seconds * 1e6:0.00} µs"),
        < 1e-3 => Invariant($"{seconds * 1e6:0.0} µs"),
        _ => Invariant($"{seconds * 1e3:0.00} ms"),
    };

    static string Size(long bytes) => bytes switch
    {
        < 4096 => Invariant($"{bytes} B"),
        < 4096 * 1024 => Invariant($"{bytes / 1024.0:0.#} KiB"),
        _ => Invariant($"{bytes / (1024.0 * 1024):0.#} MiB"),
    };
}
