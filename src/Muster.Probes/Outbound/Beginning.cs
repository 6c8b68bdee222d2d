using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Muster.Probes;

/// <summary>
/// Linux sockets for a loop of our own. The framework's own would be watched by the framework's thread from their first asynchronous operation on, and wake it at each event for ever.
/// </summary>
static unsafe partial class Beginning
{
    const int Stream = 1, NonBlocking = 0x800, CloseOnExec = 0x80000;
    const int Inet = 2, Inet6 = 10, Tcp = 6, NoDelay = 1;
    const int InProgress = 115, Interrupted = 4;

    public static bool IsHere => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture is Architecture.X64 or Architecture.Arm64;

    public static int Begin(IPEndPoint to, out int error)
    {
        var six = to.AddressFamily == AddressFamily.InterNetworkV6;
        var handle = Socket(six ? Inet6 : Inet, Stream | NonBlocking | CloseOnExec, Tcp);
        if (handle < 0)
        {
            error = Marshal.GetLastPInvokeError();
            return -1;
        }

        var on = 1;
        _ = SetOption(handle, Tcp, NoDelay, &on, sizeof(int)); // Only slower without it.
        Span<byte> address = stackalloc byte[28];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, (ushort)(six ? Inet6 : Inet)); // Both architectures are little-endian.
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)to.Port);
        to.Address.TryWriteBytes(address[(six ? 8 : 4)..], out _);
        if (six) BinaryPrimitives.WriteUInt32LittleEndian(address[24..], (uint)to.Address.ScopeId);
        fixed (byte* bytes = address)
            if (Connect(handle, bytes, six ? 28 : 16) == 0 || Marshal.GetLastPInvokeError() is InProgress or Interrupted)
            {
                error = 0;
                return handle;
            }

        error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        return -1;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int handle, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int handle, int level, int name, int* value, int length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
