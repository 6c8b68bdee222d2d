using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>An entry with the path that leads from it to the checkpoint's root.</summary>
sealed record Certified(byte[] Bytes, long Index, ImmutableArray<byte[]> Path);

/// <summary>
/// A launch certificate, taken apart. <see cref="Read"/> accepts exactly the bytes that <see cref="Bytes"/> writes, so that no bit of the file is without a meaning.
/// </summary>
sealed record Certificate
{
    public const string Form = "muster/certificate/1";

    /// <summary>4 MiB.</summary>
    public const int Largest = 4 * 1024 * 1024;

    public required byte[] Verdict { get; init; }
    public required Certified Decided { get; init; }
    public required ImmutableArray<Certified> SignOffs { get; init; }
    public required byte[] Checkpoint { get; init; }
    public required ImmutableSortedDictionary<string, byte[]> Keys { get; init; }

    /// <summary>What the decision was made over; it follows from the decision.</summary>
    public required Value.Fields Inputs { get; init; }

    /// <summary>An earlier checkpoint and the path from it to this one, when the certificate's maker was given one.</summary>
    public (byte[] Note, ImmutableArray<byte[]> Path)? Continues { get; init; }

    public static Value.Fields InputsOf(Decision decision) => Value.Of(
        ("document", decision.Document), ("over", decision.Over), ("release", decision.Release),
        ("evidence", Value.Texts(decision.Controls.SelectMany(control => control.Parts).Where(part => part.Evidence is not null).Select(part => part.Evidence.ToString()!).Distinct().Order(StringComparer.Ordinal))));

    public byte[] Bytes()
    {
        var fields = Value.Of(
            ("form", Form), ("verdict", Value.Parse(Verdict)), ("decided", Write(Decided)), ("sign_offs", Value.List(SignOffs.Select(Write))),
            ("checkpoint", Encoding.UTF8.GetString(Checkpoint)), ("inputs", Inputs),
            ("keys", new Value.Fields(Keys.Select(key => KeyValuePair.Create(key.Key, (Value)Convert.ToBase64String(key.Value))))));
        return CanonicalJson.Bytes(Continues is var (note, path) ? fields.With("continues", Value.Of(("checkpoint", Encoding.UTF8.GetString(note)), ("path", Hashes(path)))) : fields);
    }

    /// <summary>Null with the reason unless the bytes are a certificate, exactly. Nothing is verified here.</summary>
    public static Certificate? Read(ReadOnlySpan<byte> bytes, out string whyNot)
    {
        whyNot = "";
        if (bytes.Length > Largest)
        {
            whyNot = $"it has {bytes.Length} bytes; a certificate has at most {Largest}";
            return null;
        }

        try
        {
            if (Value.Parse(bytes) is not Value.Fields fields) whyNot = "it is not a JSON object";
            else if (fields["form"] is not Value.Text { Is: Form }) whyNot = $"it does not say that it is of the form {Form}";
            else if (From(fields) is not { } read) whyNot = "a part of it is missing or of the wrong shape";
            else if (!read.Bytes().AsSpan().SequenceEqual(bytes)) whyNot = "its bytes are not those that Muster writes: something was added, changed or respelled";
            else return read;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            whyNot = "it is not JSON as Muster writes it: " + error.Message.Split('\n')[0];
        }

        return null;
    }

    static Certificate? From(Value.Fields fields)
    {
        if (fields["verdict"] is not Value.Fields verdict || ReadEntry(fields["decided"]) is not { } decided || fields["checkpoint"] is not Value.Text checkpoint
            || fields["inputs"] is not Value.Fields inputs || fields["keys"] is not Value.Fields keys || fields["sign_offs"] is not Value.Items signed) return null;
        var signOffs = signed.Are.Select(ReadEntry).ToArray();
        var spki = keys.Select(key => KeyValuePair.Create(key.Key, key.Value is Value.Text text ? Base64.Read(text.Is) : null)).ToArray();
        if (signOffs.Any(entry => entry is null) || spki.Any(key => key.Value is null)) return null;
        (byte[], ImmutableArray<byte[]>)? continues = null;
        if (fields["continues"] is { } proof)
        {
            if (proof is not Value.Fields parts || parts["checkpoint"] is not Value.Text note || ReadHashes(parts["path"]) is not { } path) return null;
            continues = (Encoding.UTF8.GetBytes(note.Is), path);
        }

        return new()
        {
            Verdict = CanonicalJson.Bytes(verdict), Decided = decided, SignOffs = [.. signOffs!], Checkpoint = Encoding.UTF8.GetBytes(checkpoint.Is), Inputs = inputs,
            Keys = spki.ToImmutableSortedDictionary(key => key.Key, key => key.Value!, StringComparer.Ordinal), Continues = continues,
        };
    }

    static Value Write(Certified entry) => Value.Of(("entry", Value.Parse(entry.Bytes)), ("index", entry.Index), ("path", Hashes(entry.Path)));

    static Certified? ReadEntry(Value? value) =>
        value is Value.Fields fields && fields["entry"] is Value.Fields entry && Whole(fields["index"]) is { } index && ReadHashes(fields["path"]) is { } path
            ? new(CanonicalJson.Bytes(entry), index, path) : null;

    static Value.Items Hashes(ImmutableArray<byte[]> hashes) => Value.Texts(hashes.Select(Convert.ToBase64String));

    static ImmutableArray<byte[]>? ReadHashes(Value? value)
    {
        if (value is not Value.Items items || items.Are.Length > Merkle.LongestProof) return null;
        var hashes = items.Are.Select(item => item is Value.Text text ? Base64.Read(text.Is) : null).ToArray();
        return hashes.All(hash => hash is { Length: Merkle.HashLength }) ? [.. hashes!] : null;
    }

    static long? Whole(Value? value) => value is Value.Number { Is: >= 0 and <= 9007199254740992d } number && number.Is == Math.Floor(number.Is) ? (long)number.Is : null;
}
