using System.Globalization;
using System.Runtime.InteropServices;
using LanguageBenchmark;
using TorchSharp;

// The arguments are how many steps, 400 without, and how many seeds, 3 without.
try
{
    NativeLibrary.Free(NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, DllImportSearchPath.AssemblyDirectory));
}
catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
{
    Console.Error.WriteLine("libtorch doesn't load here. It needs a system as new as Debian 13: .ci/trixie.sh setup, "
        + "then .ci/trixie.sh run dotnet run -c Release --project tests/NetGen.Benchmarks.Language");
    return 1;
}
LanguageComparison.Run(Number(0, 400), Number(1, 3));
return 0;

int Number(int index, int otherwise) => args.Length > index ? int.Parse(args[index], NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
