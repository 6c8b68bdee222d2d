using System.Collections.Immutable;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>One verification, step by step; the first step that fails refuses, naming what is wrong.</summary>
sealed class CertificateVerifier(Certificate certificate, IReadOnlyCollection<PublicKey> trusted, CertificateExpectations asked)
{
    readonly ImmutableArray<string>.Builder _checked = ImmutableArray.CreateBuilder<string>();
    readonly ImmutableArray<string>.Builder _notChecked = ImmutableArray.CreateBuilder<string>();
    readonly Dictionary<string, PublicKey> _named = [];
    Decision _decision = null!;
    byte[] _decisionBytes = [];
    PublicKey _runner = null!;
    Checkpoint _checkpoint = null!;

    public CertificateCheck Verify()
    {
        var because = Verdict() ?? Keys() ?? Tree() ?? Decided() ?? SignOffs() ?? Asked() ?? Since();
        if (because is not null) return new CertificateCheck.Refused(because, _checked.ToImmutable());
        _notChecked.Add("That the whole log was not rewritten: only a checkpoint kept elsewhere, or a witness, can show it.");
        _notChecked.Add("The evidence itself: its digests are named here, its bytes lie in the ledger.");
        return new CertificateCheck.Verified(_decision, _checked.ToImmutable(), _notChecked.ToImmutable(), asked.At is { } at ? Lapses.Of(_decision, at) : []);
    }

    string? Verdict()
    {
        if (Envelope.Read(certificate.Verdict) is not { } envelope) return "The verdict's envelope is not as Muster writes it.";
        if (trusted.FirstOrDefault(key => key.KeyId == envelope.KeyId) is not { } key) return $"The verdict is signed by the key {envelope.KeyId[..12]}, which is not one of the keys given.";
        if (!envelope.IsBy(key)) return "The verdict's signature does not hold.";
        _runner = key;
        if (VerdictStatement.DecisionBytes(envelope.Payload) is not { } bytes) return "The envelope does not carry a verdict statement.";
        try { _decision = Statements.Read<Decision>(bytes); }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            return "The verdict cannot be read; perhaps a newer Muster wrote it.";
        }

        _decisionBytes = bytes;
        if (_decision.Form != Decision.CurrentForm) return $"The verdict is of the form {_decision.Form}, which this version does not know.";
        if (!VerdictStatement.Bytes(bytes, _decision.Release).AsSpan().SequenceEqual(envelope.Payload)) return "The statement's subject is not the release that the verdict names.";
        if (!Certificate.InputsOf(_decision).Equals(certificate.Inputs)) return "The inputs named beside the verdict are not those within it.";
        _checked.Add($"The verdict is signed by the key {key.KeyId[..12]} that was given, and its inputs are named as they are within it.");
        return null;
    }

    string? Keys()
    {
        foreach (var (id, spki) in certificate.Keys)
        {
            if (PublicKey.FromSpki(spki) is not { } key || key.KeyId != id) return $"The key named {(id.Length > 12 ? id[..12] : id)} is not the key of that id.";
            _named.Add(id, key);
        }

        return null;
    }

    string? Tree()
    {
        if (Checkpoint.Read(certificate.Checkpoint) is not { } checkpoint) return "The checkpoint is not a note as Muster writes it.";
        if (!checkpoint.IsBy(_runner)) return "The checkpoint is not signed by the verdict's key.";
        _checkpoint = checkpoint;
        _checked.Add($"The checkpoint over {checkpoint.Size} entries is signed by the same key.");
        return null;
    }

    string? Decided()
    {
        if (Open(certificate.Decided, "The entry of the verdict", out var entry, out var envelope) is { } wrong) return wrong;
        if (!envelope.IsBy(_runner)) return "The entry of the verdict is not signed by the verdict's key.";
        if (entry.Fact is not Fact.Decided decided) return "The entry that should be the verdict's is of another kind.";
        if (decided.Statement != Digest.Of(_decisionBytes)) return "The ledger's entry is of another verdict.";
        if (decided.Gate != _decision.Gate || decided.Environment != _decision.Environment || decided.Release != _decision.Release || decided.Document != _decision.Document
            || decided.Verdict != _decision.Verdict || decided.At != _decision.At || decided.Over != _decision.Over || decided.Standing != _decision.Standing)
            return "The ledger's entry and the verdict do not say the same.";
        if (decided.Over > entry.Index) return "The verdict speaks of entries that were not yet there.";
        _checked.Add($"The verdict stands in the ledger as entry {entry.Index}, appended {Instant.Write(entry.Time)}.");
        return null;
    }

    string? SignOffs()
    {
        var signers = new HashSet<string> { _runner.KeyId };
        for (var i = 0; i < Math.Max(certificate.SignOffs.Length, _decision.SignOffs.Length); i++)
        {
            if (i >= certificate.SignOffs.Length) return $"The sign-off of {_decision.SignOffs[i].Person} as {_decision.SignOffs[i].Role} is missing.";
            if (i >= _decision.SignOffs.Length) return "There is a sign-off that the verdict does not name.";
            var shown = _decision.SignOffs[i];
            if (Open(certificate.SignOffs[i], $"The sign-off of {shown.Person} as {shown.Role}", out var entry, out var envelope) is { } wrong) return wrong;
            if (entry.Id != shown.Entry) return $"Where the sign-off of {shown.Person} as {shown.Role} should stand is another entry ({entry.Id.Short}).";
            if (entry.Fact is not Fact.SignedOff fact || fact.Gate != _decision.Gate || fact.Role != shown.Role || fact.At != shown.At) return $"The entry of {shown.Person} is not the sign-off that the verdict names.";
            if (!_named.TryGetValue(entry.Signer, out var key) || !envelope.IsBy(key)) return $"The signature of {shown.Person} does not hold.";
            signers.Add(key.KeyId);
            _checked.Add($"{shown.Person} signed as {shown.Role} with the key {key.KeyId[..12]}, entry {entry.Index}{(shown.Counts ? "" : "; it did not count: " + shown.WhyNot)}.");
            if (trusted.All(given => given.KeyId != key.KeyId)) _notChecked.Add($"That the key {key.KeyId[..12]} is {shown.Person}'s: give it with --key to have it checked.");
        }

        return signers.SetEquals(_named.Keys) ? null : "The keys named are not exactly those that signed.";
    }

    string? Asked()
    {
        if (asked.Gate is { } gate && gate != _decision.Gate) return $"The certificate is for the gate \"{_decision.Gate}\", not \"{gate}\".";
        if (asked.Environment is { } environment && environment != _decision.Environment) return $"The certificate is for the environment \"{_decision.Environment}\", not \"{environment}\".";
        if (asked.Release is { } release && release != _decision.Release) return $"The certificate is for the release {_decision.Release}, not {release}.";
        if (asked.At is { } at && at < _decision.At) return $"The verdict was given at {Instant.Write(_decision.At)}, after {Instant.Write(at)}.";
        Note(asked.Gate, "gate", _decision.Gate);
        Note(asked.Environment, "environment", _decision.Environment);
        Note(asked.Release?.ToString(), "release", _decision.Release.ToString());
        return null;
    }

    void Note(string? expected, string what, string found)
    {
        if (expected is not null) _checked.Add($"It is for the {what} {found}.");
        else _notChecked.Add($"The {what}: it says {found}, and none was asked for.");
    }

    string? Since()
    {
        Checkpoint? carried = null;
        if (certificate.Continues is var (note, path))
        {
            carried = Checkpoint.Read(note);
            if (carried is null || !carried.IsBy(_runner)) return "The earlier checkpoint within is not one of the verdict's key.";
            if (!Merkle.Extends(carried.Size, carried.Root, _checkpoint.Size, _checkpoint.Root, path)) return $"The log does not continue the earlier checkpoint over {carried.Size} entries.";
        }

        if (asked.Since is not { } since) return null;
        if (!since.IsBy(_runner)) return "The kept checkpoint is not signed by the verdict's key.";
        var known = since.Size == _checkpoint.Size ? _checkpoint : since.Size == carried?.Size ? carried : null;
        if (known is null)
        {
            _notChecked.Add($"That the log continues the kept checkpoint over {since.Size} entries: the certificate, over {_checkpoint.Size}, carries no proof from there. Certify again with --since, or ask the ledger.");
            return null;
        }

        if (!known.Root.AsSpan().SequenceEqual(since.Root)) return $"The log does not continue the kept checkpoint over {since.Size} entries: it was rewritten.";
        _checked.Add($"The log continues the kept checkpoint over {since.Size} entries.");
        return null;
    }

    string? Open(Certified certified, string what, out Entry entry, out Envelope envelope)
    {
        (entry, envelope) = (null!, null!);
        if (EntryBytes.Read(certified.Bytes, certified.Index) is not EntryReading.Good good) return $"{what} is not an entry as Muster writes it.";
        if (!Merkle.Includes(certified.Index, _checkpoint.Size, Merkle.Leaf(certified.Bytes), certified.Path, _checkpoint.Root)) return $"{what} is not in the log that the checkpoint was signed over.";
        (entry, envelope) = (good.Entry, good.Envelope);
        return null;
    }
}
