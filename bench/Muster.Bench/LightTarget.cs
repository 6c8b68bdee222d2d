using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Muster.Probes.Load;

namespace Muster.Bench;

/// <summary>
/// A target that does as little for a request as can be done, so that the generator is what is measured: it takes whatever one read brings for one request, and answers with the same bytes.
/// It runs in a process of its own on the first core.
/// </summary>
static class LightTarget
{
    public const string Argument = "--light-target";

    public static (Child Child, int Port) Start()
    {
        var port = Ports.Free();
        var child = Child.Start([Environment.ProcessPath!, Argument, port.ToString(CultureInfo.InvariantCulture)], Cores.Target);
        Ports.WaitFor(port);
        return (child, port);
    }

    public static void Serve(int port)
    {
        using var loop = new EpollLoop(new LoadClock(TimeProvider.System));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(1024);
        new Thread(() => Accept(listener, loop)) { IsBackground = true }.Start();
        loop.Run();
    }

    static void Accept(Socket listener, EpollLoop loop)
    {
        while (true)
        {
            var taken = listener.Accept();
            taken.NoDelay = true;
            loop.Post(() => loop.Watch(new Visitor(loop, taken), (int)taken.Handle));
        }
    }

    sealed unsafe class Visitor(EpollLoop loop, Socket socket) : Watched
    {
        static readonly byte* Asked = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc(16 * 1024);
        static readonly int Length = Answer.Length;
        readonly int _handle = (int)socket.Handle;

        static ReadOnlySpan<byte> Answer => "HTTP/1.1 200 OK\r\nServer: light\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"u8;

        public override void Happened(uint events)
        {
            if ((events & ~Libc.Out) == 0) return;
            if (Libc.Receive(_handle, Asked, 16 * 1024, Libc.DontWait) > 0)
            {
                // A literal's bytes lie in the image and never move.
                _ = Libc.Send(_handle, (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in Answer[0])), Length, Libc.NoSignal | Libc.DontWait);
                return;
            }

            loop.Forget(this);
            socket.Dispose();
        }
    }
}
