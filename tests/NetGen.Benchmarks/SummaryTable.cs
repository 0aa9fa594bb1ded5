using System.Text;
using static System.FormattableString;

namespace NetGen.Benchmarks;

/// <summary>The results as the README shows them: a line for each row and number of threads, with a column for each peer.</summary>
static class SummaryTable
{
    /// <summary>The table, and what is to be known of it.</summary>
    /// <param name="outcomes">The results.</param>
    /// <param name="peers">The peers' names.</param>
    /// <param name="race">How they were measured.</param>
    public static string Markdown(IReadOnlyList<Outcome> outcomes, IReadOnlyList<string> peers, Race race)
    {
        StringBuilder text = new("| work | threads | NetGen |");
        foreach (string peer in peers) text.Append($" {peer} |");
        text.Append("\n|---|---:|---:|").Append(string.Concat(peers.Select(_ => "---:|"))).Append('\n');
        foreach (Outcome outcome in outcomes)
        {
            text.Append(Invariant($"| {outcome.Row.Name} | {outcome.Threads} | {Table.Time(outcome.NetGen.Best)} |"));
            foreach (string peer in peers)
                text.Append(outcome.Peers.FirstOrDefault(result => result.Name == peer) is { } result
                    ? Invariant($" {Table.Time(result.Best)}, {outcome.NetGen.SpeedOver(result):0.00}× |") : " |");
            text.Append('\n');
        }
        text.Append(Invariant($"\nTimes are the best of {race.Rounds} rounds, fewer where a call takes long; a ratio, above 1× where NetGen is faster, is the median of the rounds' own.\n"));
        text.Append(Invariant($"{string.Join("; ", Machine.Facts())}; {outcomes.Max(outcome => outcome.PeakFlops) / 1e9:0} GFLOP/s a core.\n"));
        text.Append("Samples are random numbers without zeros, but for the image: half of its pixels are black, and their weights aren't read. Measured by\n")
            .Append("`dotnet run -c Release --project tests/NetGen.Benchmarks.Torch -- race --readme README.md`, which gives NetGen and its peers turns of a few milliseconds in one\n")
            .Append("process, each after an untimed call, and waits until the other's threads sleep; `tests/NetGen.Benchmarks` is the same without TorchSharp.\n");
        string[] means = [.. Table.Means(outcomes).GroupBy(mean => mean.Peer).Select(peer => $"{Listed([.. peer.Select(mean => Invariant($"{mean.Mean:0.0}×"))])} {peer.Key}'s speed")];
        if (means.Length == 0) return text.ToString();
        var (lowest, ratio) = outcomes.SelectMany(outcome => outcome.Peers.Select(peer => (outcome, Ratio: outcome.NetGen.SpeedOver(peer)))).MinBy(one => one.Ratio);
        string threads = Listed([.. outcomes.Select(outcome => outcome.Threads).Distinct().Order().Select(count => Invariant($"{count}"))]);
        text.Append(Invariant($"\nThe geometric means, with {threads} threads, are {Listed(means)}; the lowest ratio, {ratio:0.00}×, is that of {lowest.Row.Name} with {lowest.Threads} thread{(lowest.Threads == 1 ? "" : "s")}.\n"));
        return text.ToString();
    }

    static string Listed(string[] parts) => parts.Length < 2 ? string.Concat(parts) : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
}
