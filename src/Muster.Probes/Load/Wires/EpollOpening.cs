#pragma warning disable RS0030 // Takes over sockets that the guard dialled.
using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes.Load;

// From the first address that is tried to the moment when the first request can be sent.
sealed partial class EpollConnection
{
    /// <summary>Connects first.</summary>
    public void Connect(Exchange exchange)
    {
        _exchange = exchange;
        _began = Loop.Now;
        _connectBy = _began + Wire.ConnectTimeout;
        Arm();
        ConnectNext(0, null);
    }

    void ConnectNext(int error, string? says)
    {
        // Where this machine itself cannot, another address would not help.
        while (!SocketFaults.IsOurs(error) && _address < _origin.Addresses.Length)
        {
            var to = new IPEndPoint(_origin.Addresses[_address++], _origin.Port);
            if (Wire.Ways.Begin is not { } begin)
            {
                _ = Wire.ConnectElsewhere(this, to); // It tells its own faults.
                return;
            }

            try { _handle = begin(to, out error); }
            catch (Unseen refused) { (error, says) = (0, refused.Message); }
            if (_handle >= SocketFaults.MostForConnections)
            {
                _ = Libc.Close(_handle);
                (_handle, error) = (-1, SocketFaults.NoHandlesHere);
            }

            if (_handle >= 0)
            {
                Loop.Watch(this, _handle);
                return;
            }
        }

        var exchange = _exchange!;
        _exchange = null;
        Close();
        var (failure, detail) = SocketFaults.NotConnected(_origin, error, says);
        Wire.FailLater(exchange, failure, detail);
    }

    /// <summary>Takes a connected socket that another one made.</summary>
    public void Adopt(Socket socket)
    {
        if (_state != State.Connecting)
        {
            socket.Dispose();
            return;
        }

        (_socket, _handle) = (socket, (int)socket.Handle);
        Loop.Watch(this, _handle);
    }

    public void NotConnected(int error, string says)
    {
        if (_state == State.Connecting) ConnectNext(error, says);
    }

    bool Connected(uint events)
    {
        if (_handle < 0 || (events & (Libc.Out | Libc.Err | Libc.Hup)) == 0) return false;
        var error = Libc.ErrorOf(_handle);
        if (error == 0 && Libc.IsItself(_handle)) error = SocketFaults.Refused;
        if (error != 0)
        {
            Drop();
            ConnectNext(error, null);
            return false;
        }

        Wire.Connections++;
        var now = Loop.Now;
        _exchange!.Connecting = now - _began;
        if (_origin.IsSecure)
        {
            (_state, _began, _tls) = (State.Securing, now, new(this));
            _ = _tls.Run(Wire.Tls(_origin)); // It tells its own faults.
        }
        else
        {
            _state = State.Open;
            Ask();
        }

        return true;
    }

    void ISecured.Secured(Digest leaf)
    {
        _state = State.Open;
        _exchange!.Handshaking = Loop.Now - _began;
        Wire.Identified?.Invoke(_origin, leaf);
        Ask();
    }

    void ISecured.NotSecured(string because)
    {
        if (_exchange is { } exchange) Fail(exchange, Failure.Tls, $"no TLS with {_origin.Authority}: {because}");
    }
}
