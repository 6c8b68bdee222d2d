using System.Runtime.InteropServices;

namespace Muster.Probes.Load;

/// <summary>
/// What the loop asks of Linux. Calls that never wait go without the runtime's transition, which would cost as much as some of them; their error number is read by <see cref="Error"/> at once.
/// </summary>
static unsafe partial class Libc
{
    public const uint In = 1, Out = 4, Err = 8, Hup = 0x10, ReadHup = 0x2000, Edge = 1u << 31;
    public const int NoSignal = 0x4000, DontWait = 0x40;
    const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    const int Add = 1, Socket = 1, SocketError = 4, FileLimit = 7, SetTimerSlack = 29, GetTimerSlack = 30;

    /// <summary>Of <c>struct epoll_event</c>, which is packed on x86 alone.</summary>
    public static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    public static readonly int EventData = EventSize - 8;

    /// <summary>Of the last call that goes without transition.</summary>
    public static int Error => Marshal.GetLastSystemError();

    public static int NewPoll() => Checked(Create(CloseOnExec), "epoll_create1");

    public static int NewEvent() => Checked(Event(0, CloseOnExec | NonBlocking), "eventfd");

    public static void Watch(int poll, int handle, uint events, ulong data)
    {
        var bytes = stackalloc byte[16];
        *(uint*)bytes = events;
        *(ulong*)(bytes + EventData) = data;
        Checked(Control(poll, Add, handle, bytes), "epoll_ctl");
    }

    public static void Wake(int handle)
    {
        ulong one = 1;
        _ = Write(handle, &one, sizeof(ulong)); // It fails only when the counter is full, and then it is awake.
    }

    /// <summary>Of a socket that was connecting; 0 if it is connected.</summary>
    public static int ErrorOf(int handle)
    {
        int error = 0, size = sizeof(int);
        return GetOption(handle, Socket, SocketError, &error, &size) == 0 ? error : Error;
    }

    /// <summary>A connection to a port of this machine's own may meet itself there when nobody listens: it was given the same port as its own.</summary>
    public static bool IsItself(int handle)
    {
        byte* here = stackalloc byte[28], there = stackalloc byte[28];
        int size = 28, other = 28;
        return OwnName(handle, here, &size) == 0 && PeerName(handle, there, &other) == 0 && new ReadOnlySpan<byte>(here, size).SequenceEqual(new ReadOnlySpan<byte>(there, other));
    }

    /// <summary>How many handles this process may have open at once; 0 where it is not told.</summary>
    public static long MostHandles()
    {
        var limits = stackalloc long[2];
        return GetLimit(FileLimit, limits) == 0 ? limits[0] : 0;
    }

    /// <summary>How late this thread's timers may be, in nanoseconds, until it is given back what this returns.</summary>
    public static long Slack(long nanoseconds)
    {
        var before = Process(GetTimerSlack, 0, 0, 0, 0);
        if (before > 0) _ = Process(SetTimerSlack, nanoseconds, 0, 0, 0);
        return before;
    }

    static int Checked(int result, string call) =>
        result >= 0 ? result : throw new InvalidOperationException($"{call} failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "recv"), SuppressGCTransition]
    internal static partial nint Receive(int handle, byte* into, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send"), SuppressGCTransition]
    internal static partial nint Send(int handle, byte* from, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_wait"), SuppressGCTransition]
    internal static partial int Poll(int poll, byte* events, int most, int zero);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int Wait(int poll, byte* events, int most, int milliseconds);

    /// <param name="time">Seconds and nanoseconds; null waits for ever.</param>
    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    internal static partial int WaitExactly(int poll, byte* events, int most, long* time, void* mask);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int poll, int what, int handle, byte* events);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int Event(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int handle, void* bytes, nint length);

    [LibraryImport("libc", EntryPoint = "getsockopt"), SuppressGCTransition]
    private static partial int GetOption(int handle, int level, int name, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "getsockname"), SuppressGCTransition]
    private static partial int OwnName(int handle, byte* address, int* length);

    [LibraryImport("libc", EntryPoint = "getpeername"), SuppressGCTransition]
    private static partial int PeerName(int handle, byte* address, int* length);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int what, long* limits);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Process(int what, long one, long two, long three, long four);
}
