using NetGen.Runtime;

namespace NetGen.Tests.Runtime;

public sealed unsafe class ArenaTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(1 << 20)]
    [InlineData((5 << 20) + 3)]
    public void Arena_IsAlignedAndZero_AndStaysWhereItIs(int length)
    {
        var arena = new Arena(length);
        Assert.Equal(length, arena.Length);
        Assert.Equal(0, (nint)arena.Pointer % 64);
        Assert.Equal(length, arena.Span.Length);
        Assert.True(arena.Span.IndexOfAnyExcept(0f) < 0);

        arena.Span.Fill(3f);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        for (var i = 0; i < length; i++) Assert.Equal(3f, arena.Pointer[i]);
        fixed (float* first = arena.Span)
            if (length > 0) Assert.Equal((nint)arena.Pointer, (nint)first);

        arena.Clear();
        Assert.True(arena.Span.IndexOfAnyExcept(0f) < 0);
    }

    [Fact]
    public void Arena_OfImpossibleLength_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>("length", () => new Arena(-1));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => new Arena(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => new ActivationPool(-1));
    }

    [Fact]
    public void Pool_GivesEachRenterAnArenaOfItsOwn_AndReusesThem()
    {
        var pool = new ActivationPool(100);
        Arena[] first = [pool.Rent(), pool.Rent(), pool.Rent()];
        Assert.Equal(3, first.Distinct().Count());
        Assert.All(first, arena => Assert.Equal(100, arena.Length));
        foreach (var arena in first) pool.Return(arena);
        Arena[] second = [pool.Rent(), pool.Rent(), pool.Rent()];
        Assert.True(first.ToHashSet().SetEquals(second));
    }

    [Fact]
    public void Pool_AllocatesNothing_OnceItHasEnoughArenas()
    {
        var pool = new ActivationPool(10);
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                var a = pool.Rent();
                var b = pool.Rent();
                pool.Return(a);
                pool.Return(b);
            }

            if (round > 0) Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Pool_NeverLendsAnArenaTwice_ToThreadsAtTheSameTime()
    {
        const int Threads = 4;
        var pool = new ActivationPool(64);
        var clashes = 0;
        var arenas = new HashSet<Arena>();
        var threads = Enumerable.Range(1, Threads).Select(id => new Thread(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                var arena = pool.Rent();
                arena.Span.Fill(id);
                if (i % 64 == 0) Thread.Yield();
                if (arena.Span.IndexOfAnyExcept(id) >= 0) Interlocked.Increment(ref clashes);
                if (i % 1000 == 0) lock (arenas) arenas.Add(arena);
                pool.Return(arena);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(0, clashes);

        // A rent between another's two exchanges may miss an arena on its way back, so a few more than threads can come into being.
        Assert.InRange(arenas.Count, 1, 4 * Threads);
    }
}
