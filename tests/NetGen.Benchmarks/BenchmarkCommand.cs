using System.CommandLine;

namespace NetGen.Benchmarks;

/// <summary>
/// The command line: <c>race</c> against the peers, <c>token</c> for what a language model's next token
/// takes, <c>generator</c> for what compiling a network costs, and <c>start</c> for what shipping one does.
/// </summary>
public static class BenchmarkCommand
{
    /// <summary>Parses and runs it.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="peers">Whom NetGen is raced against.</param>
    /// <returns>The process's exit code.</returns>
    public static int Run(string[] args, IReadOnlyList<IPeer> peers)
    {
        RootCommand root = new("Races NetGen's generated code against the libraries that users pick today, and times its generator.")
        {
            Race(peers), Token(), Generator(), Start(),
        };
        return root.Parse(args).Invoke();
    }

    static Command Race(IReadOnlyList<IPeer> peers)
    {
        Option<int> rounds = new("--rounds") { Description = "How many slices each contender gets.", DefaultValueFactory = _ => 80 };
        Option<double> slice = new("--slice") { Description = "The length of a slice, in milliseconds.", DefaultValueFactory = _ => 4 };
        Option<int[]> threads = new("--threads")
        {
            Description = "The numbers of threads to race with.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1, 2],
        };
        Option<string?> only = OnlyOption("rows");
        Option<double> longest = new("--longest")
        {
            Description = "About how long the slices of one race may take, in seconds.",
            DefaultValueFactory = _ => 20,
        };
        Option<FileInfo?> markdown = MarkdownOption(), readme = ReadmeOption();
        rounds.Validators.Add(result => AtLeast(result, rounds, 1));
        longest.Validators.Add(result =>
        {
            if (result.GetValue(longest) is not (> 0 and <= 3600)) result.AddError("--longest must be above 0 and at most 3600 seconds.");
        });
        slice.Validators.Add(result =>
        {
            if (result.GetValue(slice) is not (> 0 and <= 1000)) result.AddError("--slice must be above 0 and at most 1000 milliseconds.");
        });
        threads.Validators.Add(result =>
        {
            if (result.GetValue(threads) is not { } counts || counts.Any(count => count < 1)) result.AddError("--threads takes numbers from 1.");
        });

        Command command = new("race", "Races NetGen and its peers in one process, in turns of a few milliseconds.")
        {
            rounds, slice, longest, threads, only, markdown, readme,
        };
        command.SetAction(parsed =>
        {
            TimeSpan turn = TimeSpan.FromMilliseconds(parsed.GetRequiredValue(slice)), most = TimeSpan.FromSeconds(parsed.GetRequiredValue(longest));
            Race race = new(parsed.GetRequiredValue(rounds), turn, most);
            if (Named(Rows.All(), row => row.Name, parsed.GetValue(only)) is not { } rows) return 1;
            IPeer[] present = [.. peers.Where(peer => peer.Unavailable is null)];
            List<Outcome> outcomes = [];
            int failed = 0;
            foreach (Row row in rows)
                foreach (int count in parsed.GetRequiredValue(threads))
                {
                    Console.Error.WriteLine($"{row.Name}, {count} thread(s)…");
                    try
                    {
                        outcomes.Add(row.Run(race, present, count));
                    }
                    catch (PeersDisagreeException fault)
                    {
                        // The other rows' measurements are worth having.
                        Console.Error.WriteLine(fault.Message);
                        failed++;
                    }
                }
            if (outcomes.Count > 0)
            {
                Report(Table.Markdown(outcomes, peers, race), parsed.GetValue(markdown));
                if (parsed.GetValue(readme) is { } file) Readme.Insert(file.FullName, "benchmark", SummaryTable.Markdown(outcomes, [.. present.Select(peer => peer.Name)], race));
            }
            return failed == 0 ? 0 : 1;
        });
        return command;
    }

    static Command Token()
    {
        Option<int> rounds = new("--rounds") { Description = "How many times each is measured.", DefaultValueFactory = _ => 40 };
        Option<FileInfo?> markdown = MarkdownOption();
        rounds.Validators.Add(result => AtLeast(result, rounds, 1));
        Command command = new("token", "Times a token of GPT-2 with one thread and with two, and the reading of as many bytes as it has weights.") { rounds, markdown };
        command.SetAction(parsed =>
        {
            Race race = new(parsed.GetRequiredValue(rounds), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(20));
            Report(TokenBenchmark.Markdown(race, [1, 2]), parsed.GetValue(markdown));
        });
        return command;
    }

    static Command Generator()
    {
        Option<int> runs = new("--runs") { Description = "How many times each is run.", DefaultValueFactory = _ => 40 };
        Option<FileInfo?> markdown = MarkdownOption();
        runs.Validators.Add(result => AtLeast(result, runs, 1));
        Option<string?> only = OnlyOption("networks");
        Command command = new("generator", "Times the generator on each network: all of it, and after edits that don't concern the network.")
        {
            runs, only, markdown,
        };
        command.SetAction(parsed =>
        {
            if (Named(DeclaredNetwork.All(), network => network.Name, parsed.GetValue(only)) is not { } networks) return 1;
            Report(GeneratorBenchmark.Markdown(networks, parsed.GetRequiredValue(runs)), parsed.GetValue(markdown));
            return 0;
        });
        return command;
    }

    static Command Start()
    {
        Option<int> runs = new("--runs") { Description = "How many times each program is started.", DefaultValueFactory = _ => 25 };
        Option<FileInfo?> markdown = MarkdownOption();
        Option<FileInfo?> readme = ReadmeOption();
        runs.Validators.Add(result => AtLeast(result, runs, 1));
        Command command = new("start",
            "Publishes programs that predict, NetGen's and ONNX Runtime's, and measures size, start, memory and latency.") { runs, markdown, readme };
        command.SetAction(parsed =>
        {
            string table = new StartBenchmark(Directory.GetCurrentDirectory(), parsed.GetRequiredValue(runs)).Markdown();
            Report(table, parsed.GetValue(markdown));
            if (parsed.GetValue(readme) is { } file) Readme.Insert(file.FullName, "start", table);
        });
        return command;
    }

    static Option<string?> OnlyOption(string what) => new("--only") { Description = $"Only the {what} whose name contains this text." };

    /// <returns>Those whose name contains the wanted text; null, and a message for the user, where there is none.</returns>
    static T[]? Named<T>(IReadOnlyList<T> all, Func<T, string> name, string? wanted)
    {
        T[] found = [.. all.Where(one => name(one).Contains(wanted ?? "", StringComparison.OrdinalIgnoreCase))];
        if (found.Length > 0) return found;
        Console.Error.WriteLine($"No name contains '{wanted}'. There are: {string.Join("; ", all.Select(name))}.");
        return null;
    }

    static Option<FileInfo?> MarkdownOption() => new("--markdown") { Description = "A file that the table is also written to." };

    static Option<FileInfo?> ReadmeOption() => new("--readme") { Description = "A file that has a place for the table." };

    static void AtLeast(System.CommandLine.Parsing.OptionResult result, Option<int> option, int least)
    {
        if (result.GetValue(option) < least) result.AddError($"{option.Name} must be at least {least}.");
    }

    static void Report(string table, FileInfo? file)
    {
        Console.Write(table);
        if (file is not null) File.WriteAllText(file.FullName, table);
    }
}
