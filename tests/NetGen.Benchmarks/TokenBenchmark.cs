using System.Globalization;
using System.Text;
using NetGen.Samples.Zoo;

namespace NetGen.Benchmarks;

/// <summary>
/// The time of one token of GPT-2, with the keys and values of those before it kept, beside the time in which the same threads read as many bytes as it has
/// weights: a token takes each weight once, so that it can't be faster. The tokens of a prompt take a weight together, and can.
/// </summary>
static class TokenBenchmark
{
    /// <summary>The tokens of a text before it begins anew.</summary>
    const int Length = 128;

    /// <summary>The measured times as a table.</summary>
    /// <param name="race">How they are measured.</param>
    /// <param name="threads">The numbers of threads.</param>
    public static string Markdown(Race race, IEnumerable<int> threads)
    {
        StringBuilder table = new();
        foreach (string fact in Machine.Facts()) table.Append("- ").Append(fact).Append('\n');
        Gpt2 network = Gpt2.Create();
        // Of the positions' vectors, and of the tokens' where they enter, one is read; where tokens leave, all are.
        long bytes = sizeof(float) * (Gpt2.Info.ParameterFloats - network.Parameters["wpe.weight"].Info.Count);
        table.Append(Invariant($"- texts of up to {Length} tokens; {bytes / 1e6:0} MB of weights a token; the best round, the median in brackets\n"));
        table.Append("\n| work | threads | a token | tokens a second | reading the weights | of the read rate |\n|---|---:|---:|---:|---:|---:|\n");
        foreach (int count in threads)
        {
            NetGenOptions.Threads = count;
            using Decoder decoder = network.StartDecoding();
            int[] prompt = [.. Enumerable.Range(0, Length).Select(i => i * 7 % decoder.Vocabulary)];
            using Contender read = MemoryRead.Contender(bytes, count);
            Result[] results = race.Run([new Contender("NetGen", Tokens, () => []), read, new Contender("NetGen, prompts", Prompts, () => [])], count);
            table.Append(Invariant($"| GPT-2, 124M | {count} | {results[0].Best * 1e3:0.0} ms ({results[0].Median * 1e3:0.0}) | {1 / results[0].Best:0.0} | "))
                .Append(Invariant($"{results[1].Best * 1e3:0.0} ms ({results[1].Median * 1e3:0.0}) | {results[0].SpeedOver(results[1]):0%} |\n"))
                .Append(Invariant($"| the same, a prompt of {Length} | {count} | {results[2].Best * 1e3 / Length:0.0} ms ({results[2].Median * 1e3 / Length:0.0}) | {Length / results[2].Best:0.0} | | |\n"));

            void Tokens(int calls)
            {
                for (int i = 0; i < calls; i++)
                {
                    if (decoder.Position == Length) decoder.Reset();
                    decoder.Append(decoder.Position * 7 % decoder.Vocabulary);
                }
            }

            void Prompts(int calls)
            {
                for (int i = 0; i < calls; i++)
                {
                    decoder.Reset();
                    decoder.Prompt(prompt);
                }
            }
        }
        return table.ToString();
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
