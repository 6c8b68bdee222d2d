using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Muster.Probes.Load;

namespace Muster.Bench;

/// <summary>
/// A target that does as little for a request as can be done, so that the generator is what is measured: it takes whatever one read brings for one request, and answers with the same bytes.
/// It runs in a process of its own on the first core. By a schedule of stalls it answers when that says.
/// </summary>
static class LightTarget
{
    public const string Argument = "--light-target";

    public const string Stalling = "--stalling-target";

    public static (Child Child, int Port) Start(string argument = Argument)
    {
        var port = Ports.Free();
        var child = Child.Start([Environment.ProcessPath!, argument, port.ToString(CultureInfo.InvariantCulture)], Cores.Target);
        Ports.WaitFor(port);
        return (child, port);
    }

    public static void Serve(int port, StallSchedule? stalls = null)
    {
        using var loop = new EpollLoop(new LoadClock(TimeProvider.System));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        new Thread(() => Accept(listener, loop, stalls)) { IsBackground = true }.Start();
        loop.Run();
    }

    static void Accept(Socket listener, EpollLoop loop, StallSchedule? stalls)
    {
        while (true)
        {
            var taken = listener.Accept();
            taken.NoDelay = true;
            loop.Post(() => loop.Watch(new Visitor(loop, taken, stalls), (int)taken.Handle));
        }
    }

    sealed unsafe class Visitor(EpollLoop loop, Socket socket, StallSchedule? stalls) : Watched
    {
        Later? _later;

        static readonly byte* Asked = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc(16 * 1024);
        static readonly int Length = Answer.Length;
        readonly int _handle = (int)socket.Handle;

        static ReadOnlySpan<byte> Answer => "HTTP/1.1 200 OK\r\nServer: light\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"u8;

        public override void Happened(uint events)
        {
            if ((events & ~Libc.Out) == 0) return;
            if (Libc.Receive(_handle, Asked, 16 * 1024, Libc.DontWait) > 0)
            {
                if (stalls is null) Say();
                else loop.Set(_later ??= new(this), stalls.Done(loop.Now));
                return;
            }

            if (_later is not null) loop.Cancel(_later);
            loop.Forget(this);
            socket.Dispose();
        }

        // A literal's bytes lie in the image and never move.
        void Say() => _ = Libc.Send(_handle, (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in Answer[0])), Length, Libc.NoSignal | Libc.DontWait);

        sealed class Later(Visitor visitor) : Alarm
        {
            public override void Ring(long now) => visitor.Say();
        }
    }
}
