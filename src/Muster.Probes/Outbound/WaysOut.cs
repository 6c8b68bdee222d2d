using System.Net;

namespace Muster.Probes;

/// <summary>Begins a TCP connection and waits for nothing: the handle of the socket, whose owner the caller now is and which can be written to once it is connected; or -1 with the system's error number.</summary>
/// <exception cref="Unseen">The guard refuses the address.</exception>
delegate int BeginConnect(IPEndPoint to, out int error);

/// <summary>How a loop that waits for many connections by itself makes them; both ways stand behind the guard.</summary>
/// <param name="Begin">Null where the system has no such way, or where the guard's sockets come from a dial function of its own.</param>
sealed record WaysOut(BeginConnect? Begin, Dial Connect);
