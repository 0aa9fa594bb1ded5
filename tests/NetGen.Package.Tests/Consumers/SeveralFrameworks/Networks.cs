namespace SeveralFrameworks
{
#if NET
    [NetGen.Network, NetGen.Input(4)]
    [NetGen.Linear(2)]
    public partial class Mlp;
#endif

    public static class Everywhere
    {
#if NET
        public static int Classes => Mlp.OutputSize;
#else
        public static int Classes => 2;
#endif
    }
}
