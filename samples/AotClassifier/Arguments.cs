using System.Globalization;

namespace NetGen.Samples;

/// <summary>What the command line says. A library to parse it would make the program larger by more than a third.</summary>
sealed class Arguments
{
    public const string Usage = """
        AotClassifier [options] files…

        Says what articles of clothing are on images of 28 × 28 grey pixels.

          files         PNG files, IDX files (plain or gzipped), or - for one of them by standard input
          --json        print a line of JSON for each image
          --top N       print the N likeliest classes, 1 to 10; 3 by default
          --limit N     take at most N images of a file
          --help        print this
        """;

    public List<string> Files { get; } = [];

    public bool Json { get; private set; }

    public bool Help { get; private set; }

    public int Top { get; private set; } = 3;

    public int Limit { get; private set; } = int.MaxValue;

    /// <exception cref="ArgumentException">The command line is wrong.</exception>
    public static Arguments Parse(string[] args)
    {
        var parsed = new Arguments();
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--json":
                    parsed.Json = true;
                    break;
                case "--help" or "-h":
                    parsed.Help = true;
                    break;
                case "--top":
                    parsed.Top = Number(args, ref i, Classifier.Classes.Length);
                    break;
                case "--limit":
                    parsed.Limit = Number(args, ref i, int.MaxValue);
                    break;
                case [_, _, ..] option when option[0] == '-':
                    throw new ArgumentException($"there is no option {option}");
                case var file:
                    parsed.Files.Add(file);
                    break;
            }
        }
        return parsed.Files.Count > 0 || parsed.Help ? parsed : throw new ArgumentException("no file is given");
    }

    static int Number(string[] args, ref int i, int most)
    {
        var option = args[i++];
        return i < args.Length && int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new ArgumentException(
                $"{option} needs a whole number from 1{(most == int.MaxValue ? " on" : $" to {most.ToString(CultureInfo.InvariantCulture)}")}");
    }
}
