using Muster.Readiness;

namespace Muster.Cli;

/// <summary>One message that waits in the outbox, or was just made. <see cref="Id"/> stays over all attempts, so that a receiver knows it again.</summary>
sealed record Message(string Id, string Type, DateTimeOffset Created, string Body)
{
    /// <summary>64 KiB.</summary>
    public const int Largest = 64 * 1024;

    public int Attempts { get; init; }

    public DateTimeOffset? Next { get; init; }

    public string? LastError { get; init; }

    public byte[] Bytes()
    {
        var fields = Value.Of(("id", Id), ("type", Type), ("created", Created), ("body", Body), ("attempts", Attempts));
        if (Next is { } next) fields = fields.With("next", next);
        if (LastError is { } error) fields = fields.With("last_error", error);
        return CanonicalJson.Bytes(fields);
    }

    /// <summary>Null for whatever is not such a message.</summary>
    public static Message? Read(ReadOnlySpan<byte> bytes)
    {
        if (StateFields.Read(bytes) is not { } fields || StateFields.Text(fields["id"]) is not { } id || StateFields.Text(fields["type"]) is not { } type || StateFields.Text(fields["body"]) is not { } body
            || StateFields.Time(fields["created"]) is not { } created) return null;
        return new(id, type, created, body) { Attempts = (int)Math.Min(StateFields.Count(fields["attempts"]), 1000), Next = StateFields.Time(fields["next"]), LastError = StateFields.Text(fields["last_error"]) };
    }
}
