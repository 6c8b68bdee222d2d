using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What the kinds of this family share: who looks, and which broker it is.</summary>
static class Brokers
{
    /// <summary>User and password of the target, or of its URL; the password is taken out of whatever is kept.</summary>
    public static (string? User, string? Password) Credentials(Given given, ProbeContext context)
    {
        var info = Uri.TryCreate(given.Target, UriKind.Absolute, out var url) ? url.UserInfo.Split(':', 2) : [];
        var user = given.Text("user") ?? (info is [{ Length: > 0 } name, ..] ? Uri.UnescapeDataString(name) : null);
        var password = given.Text("password") ?? (info is [_, var said] ? Uri.UnescapeDataString(said) : null);
        if (password is not null)
        {
            context.Hide(password);
            context.Hide(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }

        return (user, password);
    }

    /// <summary>The value that these bytes are as JSON; null where they are none.</summary>
    public static Value? Json(ReadOnlySpan<byte> bytes)
    {
        try { return Value.Parse(bytes); }
        catch (Exception none) when (none is JsonException or InvalidOperationException) { return null; } // No JSON, or a string that is not UTF-8, which is the answer.
    }

    /// <summary>The same question at another address.</summary>
    public static Given At(Asked asked, string address) => new(asked with
    {
        Parameters = asked.Parameters.With("target", (asked.Parameters["target"] as Value.Fields ?? Value.Fields.Empty).With("address", address)),
    });
}
