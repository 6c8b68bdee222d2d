#pragma warning disable RS0030 // Beside Dialling: this folder alone makes sockets.
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// A network namespace of this machine, as <c>ip netns</c> names them. A socket belongs for ever to the namespace in which it was made, so that only the making of it happens there;
/// connecting, reading and writing go on anywhere.
/// </summary>
sealed partial class NetworkNamespace(string name)
{
    const string Folder = "/run/netns";
    const int Network = 0x40000000; // CLONE_NEWNET
    const int NotPermitted = 1; // EPERM
    const int Stack = 256 * 1024;

    /// <summary>Why nobody can look from there, and what to do; null if one can.</summary>
    public Unseen? WhyNot()
    {
        try { return Within(static () => (Unseen?)null); }
        catch (Unseen unseen) { return unseen; }
    }

    /// <summary>As <see cref="Dialling.Dial"/>, from there.</summary>
    public ValueTask<Socket> Dial(IPEndPoint to, ProtocolType protocol, CancellationToken cancel) => Dialling.Connect(Within(() => Dialling.Make(to.AddressFamily, protocol)), to, cancel);

    /// <summary>
    /// On a thread of its own, which ends: a namespace is entered by one thread, and one of the pool would take whatever runs on it next along. The thread is waited for here and signals nobody:
    /// were the rest of the work queued from it, the pool might start a worker from it, and a thread begins in the namespace of the one that starts it. It makes a few calls and waits for no network.
    /// </summary>
    T Within<T>(Func<T> make)
    {
        if (!OperatingSystem.IsLinux()) throw None("only Linux has network namespaces", "look from here, or from a machine with Linux");
        var (made, failed) = (default(T), (Exception?)null);
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                made = make();
            }
            catch (Exception error) { failed = error; }
        }, Stack)
        { IsBackground = true, Name = "netns" };
        thread.Start();
        thread.Join();
        return failed switch
        {
            null => made!,
            Unseen unseen => throw unseen,
            _ => throw new SocketException((int)((failed as SocketException)?.SocketErrorCode ?? SocketError.SocketError), failed.Message),
        };
    }

    void Enter()
    {
        var path = $"{Folder}/{name}";
        SafeFileHandle there;
        try { there = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete); }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException) { throw None($"there is no {path}", $"make it with \"ip netns add {name}\", or name another"); }
        catch (UnauthorizedAccessException) { throw None($"this user may not open {path}", "run as root, or as a user that may read it and has the capability CAP_SYS_ADMIN"); }
        catch (IOException unread) { throw None($"{path} cannot be opened: {unread.Message}", $"make it anew with \"ip netns add {name}\""); }
        using (there)
            if (SetNamespace(there, Network) != 0)
                throw Marshal.GetLastPInvokeError() is var error && error == NotPermitted
                    ? None("this process may not enter it (EPERM)", "run as root, or give the program the capability CAP_SYS_ADMIN")
                    : None($"{path} is no network namespace (errno {error})", $"delete the file, and make it with \"ip netns add {name}\"");
    }

    Unseen None(string says, string fix) => new(Blind.NoVantage, $"the network namespace \"{name}\" cannot be looked from: {says}; {fix}");

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle there, int kind);
}
