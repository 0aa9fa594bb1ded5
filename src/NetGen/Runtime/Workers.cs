using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;

namespace NetGen.Runtime;

/// <summary>Runs one body on several threads at once (single program, multiple data), with barriers between its stages.</summary>
/// <remarks>
/// The threads start when they are first needed, wait for the next call for some tens of microseconds after each, and then sleep. They are background threads.
/// One call at a time has them: a call that comes while another is running, from another thread or from within a body, runs its body alone.
/// Nothing is allocated except when a thread is started.
/// </remarks>
public static unsafe partial class Workers
{
    /// <summary>The most workers of a call, whatever it asks for.</summary>
    public const int MaxWorkers = 256;

    /// <summary>
    /// Up to this number everyone waits for everyone at a barrier, which takes one transfer between processors; beyond, worker 0 collects and releases, which
    /// takes two, but needs fewer looks.
    /// </summary>
    const int SymmetricBarrier = 4;

    /// <summary>Microseconds within which small calls follow each other closely enough for threads to be kept awake.</summary>
    const int CloseCalls = 20;

    // Only one call at a time uses any of this: the one that changed _busy from 0 to 1.
    static int _busy;
    static int _started;
    static int _call;
    static WorkerSlot* _slots;
    static SemaphoreSlim?[]? _wakeUps;

    // The running call, written before the slots tell the workers of it.
    static delegate*<void*, int, int, void> _body;
    static void* _state;
    static int _workers;
    static long _lastSmall;
    static bool _crowded;
    static int _processor;
    static Exception? _failure;

    /// <summary>Runs <c>body(state, worker, workers)</c> once on each of several threads and returns when all have ended.</summary>
    /// <remarks>
    /// The number of workers is the same for all of them. It is 1 if the threads are busy with another call, so the body's result must not depend on it.
    /// If a body throws, barriers stop to wait, and the first exception is thrown here once all workers have ended.
    /// </remarks>
    /// <param name="body">What to run. The caller's thread is worker 0.</param>
    /// <param name="state">Passed to the body as it is.</param>
    /// <param name="maxWorkers">The most workers to use, at least 1; <see cref="NetGenOptions.Threads"/> and <see cref="MaxWorkers"/> bound them, too.</param>
    /// <returns>Whether several workers ran it.</returns>
    public static bool Run(delegate*<void*, int, int, void> body, void* state, int maxWorkers)
    {
        var workers = Math.Min(Math.Min(maxWorkers, NetGenOptions.Threads), MaxWorkers);
        if (workers <= 1 || Volatile.Read(ref _busy) != 0 || Interlocked.Exchange(ref _busy, 1) != 0)
        {
            body(state, 0, 1);
            return false;
        }

        try
        {
            if (_started < workers) Start(workers);
            Fork(body, state, workers);
            return true;
        }
        finally
        {
            // Of no use to anybody any more, and it may hold on to much.
            _failure = null;
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>
    /// As <see cref="Run"/>, for work of a few microseconds, which waking a sleeping thread would not be worth: where the threads sleep the body runs alone.
    /// Calls that follow each other closely wake them for those to come.
    /// </summary>
    /// <param name="body">What to run. The caller's thread is worker 0.</param>
    /// <param name="state">Passed to the body as it is.</param>
    /// <param name="maxWorkers">The most workers to use, at least 1.</param>
    /// <returns>Whether several workers ran it.</returns>
    public static bool RunIfAwake(delegate*<void*, int, int, void> body, void* state, int maxWorkers)
    {
        var workers = Math.Min(Math.Min(maxWorkers, NetGenOptions.Threads), Math.Min(MaxWorkers, Environment.ProcessorCount));
        if (workers <= 1 || Volatile.Read(ref _busy) != 0 || Interlocked.Exchange(ref _busy, 1) != 0)
        {
            body(state, 0, 1);
            return false;
        }

        try
        {
            if (_started < workers) Start(workers);
            var now = Stopwatch.GetTimestamp();
            var awake = true;
            for (var i = 1; i < workers; i++)
            {
                if (Volatile.Read(ref _slots[i].Parked) == 0) continue;
                awake = false;
                if (now - _lastSmall < Stopwatch.Frequency * CloseCalls / 1_000_000 && Interlocked.Exchange(ref _slots[i].Parked, 0) != 0) _wakeUps![i]!.Release();
            }
            _lastSmall = now;
            if (awake) Fork(body, state, workers);
            else body(state, 0, 1);
            return awake;
        }
        finally
        {
            _failure = null;
            Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Waits until all workers of the running body have come here; what they wrote before is visible after. Does nothing for one worker.</summary>
    /// <param name="worker">The body's own worker.</param>
    /// <param name="workers">The body's own number of workers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Barrier(int worker, int workers)
    {
        if (workers > 1) Meet(worker, workers);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Fork(delegate*<void*, int, int, void> body, void* state, int workers)
    {
        var slots = _slots;
        for (var i = 0; i < workers; i++) slots[i].Barriers = 0;
        _body = body;
        _state = state;
        _workers = workers;
        _crowded = workers > Environment.ProcessorCount;
        _processor = Thread.GetCurrentProcessorId();

        var call = unchecked(++_call);
        for (var i = 1; i < workers; i++) Volatile.Write(ref slots[i].Call, call);

        // Either this thread sees that a worker has parked, or that worker, which looks once more after it has said so, sees the call.
        Interlocked.MemoryBarrier();
        for (var i = 1; i < workers; i++)
            if (Volatile.Read(ref slots[i].Parked) != 0 && Interlocked.Exchange(ref slots[i].Parked, 0) != 0) _wakeUps![i]!.Release();

        Invoke(0);
        for (var i = 1; i < workers; i++)
        {
            if (Volatile.Read(ref slots[i].Done) == call) continue;
            var spin = new Spin(_crowded);
            do spin.OnceOrYield();
            while (Volatile.Read(ref slots[i].Done) != call);
        }

        if (_failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    static void Invoke(int worker)
    {
        try
        {
            _body(_state, worker, _workers);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Meet(int worker, int workers)
    {
        var slots = _slots;
        var arrived = slots[worker].Barriers + 1;
        if (workers <= SymmetricBarrier)
        {
            Volatile.Write(ref slots[worker].Barriers, arrived);
            for (var i = 0; i < workers; i++)
                if (Volatile.Read(ref slots[i].Barriers) < arrived) Await(ref slots[i].Barriers, arrived);
        }
        else if (worker == 0)
        {
            for (var i = 1; i < workers; i++)
                if (Volatile.Read(ref slots[i].Barriers) < arrived) Await(ref slots[i].Barriers, arrived);
            Volatile.Write(ref slots[0].Barriers, arrived);
        }
        else
        {
            Volatile.Write(ref slots[worker].Barriers, arrived);
            if (Volatile.Read(ref slots[0].Barriers) < arrived) Await(ref slots[0].Barriers, arrived);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Await(ref int barriers, int arrived)
    {
        var spin = new Spin(_crowded);
        do
        {
            // A body that threw comes to no barrier any more.
            if (Volatile.Read(ref _failure) is not null) return;
            spin.OnceOrYield();
        }
        while (Volatile.Read(ref barriers) < arrived);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Start(int workers)
    {
        if (_slots == null)
        {
            // Never freed: a sleeping worker holds on to it until the process ends.
            const nuint Bytes = MaxWorkers * WorkerSlot.Size;
            var slots = (WorkerSlot*)NativeMemory.AlignedAlloc(Bytes, 128);
            NativeMemory.Clear(slots, Bytes);
            _slots = slots;
            _wakeUps = new SemaphoreSlim?[MaxWorkers];
            _started = 1;

            // A new thread encodes its name, and the first lock that is contended reads its settings from the environment, which needs the same encoding.
            // Compiled ahead of time, the runtime ends the process where a thread does the second within the first. Made here, the encoding is there for both.
            RuntimeHelpers.RunClassConstructor(typeof(UTF8Encoding).TypeHandle);
        }

        for (; _started < workers; _started++)
        {
            var worker = _started;
            _slots[worker].Call = _slots[worker].Done = _call;
            _slots[worker].Parked = 0;
            var wakeUp = _wakeUps![worker] = new SemaphoreSlim(0);
            var lastCall = _call;
            new Thread(() => Serve(worker, lastCall, wakeUp)) { IsBackground = true, Name = $"NetGen worker {worker}" }.UnsafeStart();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Serve(int worker, int call, SemaphoreSlim wakeUp)
    {
        ref var slot = ref _slots[worker];
        var woken = true;
        while (true)
        {
            var spin = new Spin(_crowded);
            while (Volatile.Read(ref slot.Call) == call)
            {
                if (spin.Once()) continue;
                woken = true;

                // It may wake without a call: a slow caller can find a worker parked again that has served its call already.
                Park(ref slot, call, wakeUp);
                spin = new Spin(_crowded);
            }

            call = Volatile.Read(ref slot.Call);
            if (woken && !_crowded && Thread.GetCurrentProcessorId() == _processor) Processors.Leave(_processor);
            woken = false;
            Invoke(worker);
            Volatile.Write(ref slot.Done, call);
        }
    }

    static void Park(ref WorkerSlot slot, int call, SemaphoreSlim wakeUp)
    {
        Interlocked.Exchange(ref slot.Parked, 1);

        // A call that came meanwhile and did not see the worker parked is served at once; if it did see it, its wake-up is on the way and must be taken.
        if (Volatile.Read(ref slot.Call) != call && Interlocked.Exchange(ref slot.Parked, 0) != 0) return;
        wakeUp.Wait();
    }
}
