namespace Muster.Probes.Load;

/// <summary>Who has a connection after the answer to its request changed it to another protocol. Called on the loop's thread, and no more once it has ended the line.</summary>
interface IUpgraded
{
    void Opened(ILine line, long now);

    void Take(ReadOnlySpan<byte> bytes);

    /// <summary>What was written is with the system.</summary>
    void Drained();

    /// <summary>The exchange's deadline is over.</summary>
    void Late();

    /// <summary>The peer closed or broke the connection. The line has yet to be ended.</summary>
    void Ended(Failure failure, string detail);
}

/// <summary>A connection in another protocol's hands.</summary>
interface ILine
{
    /// <summary>How many bytes the system has not taken yet.</summary>
    int Unsent { get; }

    /// <summary>Takes all of it.</summary>
    void Write(ReadOnlyMemory<byte> bytes);

    /// <summary>Moves the exchange's deadline.</summary>
    void Within(long deadline);

    /// <summary>Closes the connection; its exchange is over.</summary>
    void End(Failure failure, string? detail);
}
