using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>An in-toto Statement v1 that carries one fact and when it was appended. One spelling: canonical JSON with these names, in this order.</summary>
sealed record EntryStatement(DateTimeOffset Appended, byte[] FactBytes, string Name, string SubjectName, Digest Subject)
{
    public const string TypeStart = "urn:muster:ledger:";
    const string TypeEnd = ":v1";

    public static EntryStatement Of(Fact fact, DateTimeOffset appended)
    {
        var (name, digest) = FactName.Subject(fact);
        return new(Instant.Cut(appended), Statements.ToBytes(fact), FactName.Of(fact), name, digest);
    }

    public byte[] Bytes()
    {
        var start = Encoding.UTF8.GetBytes($$"""{"_type":"https://in-toto.io/Statement/v1","predicate":{"appended":"{{Instant.Write(Appended)}}","fact":""");
        var end = Encoding.UTF8.GetBytes(
            $$$"""},"predicateType":"{{{TypeStart}}}{{{Name}}}{{{TypeEnd}}}","subject":[{"digest":{"sha256":"{{{Subject.Hex}}}"},"name":"{{{SubjectName}}}"}]}""");
        return [.. start, .. FactBytes, .. end];
    }

    /// <summary>Null unless the payload is such a statement, exactly. The fact's own bytes are not looked into here.</summary>
    public static EntryStatement? Read(ReadOnlySpan<byte> payload)
    {
        var endAt = payload.LastIndexOf("},\"predicateType\":\"urn:muster:ledger:"u8); // the last: names within the fact stand before it
        if (endAt < 0) return null;
        var start = new Exact(payload[..endAt]);
        var end = new Exact(payload[endAt..]);
        if (!start.Skip("{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"appended\":\""u8) || !start.Text(24, out var time) || !start.Skip("\",\"fact\":"u8)
            || !end.Skip("},\"predicateType\":\"urn:muster:ledger:"u8) || !end.Text(64, out var type) || !type.EndsWith(":v1"u8)
            || !end.Skip("\",\"subject\":[{\"digest\":{\"sha256\":\""u8) || !end.Text(64, out var hex) || hex.Length != 64
            || !end.Skip("\"},\"name\":\""u8) || !end.Text(32, out var name) || !end.Skip("\"}]}"u8) || !end.AtEnd) return null;
        var timeText = Encoding.ASCII.GetString(time);
        if (!Instant.TryRead(timeText, out var appended) || Instant.Write(appended) != timeText || !Digest.TryParse(Encoding.ASCII.GetString(hex), out var subject)) return null;
        return new(appended, start.Rest.ToArray(), Encoding.UTF8.GetString(type[..^3]), Encoding.UTF8.GetString(name), subject);
    }

    /// <summary>The same statement with the fact's place taken by the digest of the blob that holds it: <c>{"blob":"sha256:…"}</c>.</summary>
    public EntryStatement Spilled(Digest blob) => this with { FactBytes = Encoding.ASCII.GetBytes($$"""{"blob":"{{blob}}"}""") };

    /// <summary>The blob that holds the fact; null when the fact stands here.</summary>
    public Digest? InBlob =>
        FactBytes.Length == 82 && FactBytes.AsSpan().StartsWith("{\"blob\":\""u8) && FactBytes.AsSpan().EndsWith("\"}"u8)
        && Encoding.ASCII.GetString(FactBytes, 9, 71) is var text && text.StartsWith("sha256:", StringComparison.Ordinal) && Digest.TryParse(text, out var digest) ? digest : null;

    /// <summary>The fact, or null with the reason in words.</summary>
    public Fact? Fact(out string? whyNot)
    {
        try
        {
            var fact = Statements.Read<Fact>(FactBytes);
            if (FactName.Of(fact) == Name && FactName.Subject(fact) == (SubjectName, Subject))
            {
                whyNot = null;
                return fact;
            }

            whyNot = "its statement's type or subject is not that of its fact";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            whyNot = "its fact cannot be read: " + error.Message.Split('\n')[0];
        }

        return null;
    }

    /// <summary>True if the fact's bytes are canonical JSON. Asked when everything is verified, not on every read.</summary>
    public bool IsCanonical()
    {
        try { return CanonicalJson.Bytes(Value.Parse(FactBytes, 128)).AsSpan().SequenceEqual(FactBytes); }
        catch (Exception error) when (error is JsonException or InvalidOperationException) { return false; }
    }
}
