using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Probes;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A real Redis, and a program of the test's own that gives sessions to whoever has a cookie signed with its secret.</summary>
sealed class CredentialsEyes : IEyes
{
    static readonly string Strong = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    string _folder = "", _session = Strong;
    bool _believesAnything;
    RedisServer _cache = null!;
    LoopbackSite _app = null!;

    public string Name => "credentials";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["GR-23"], "the cache takes a password that manuals know", stop => Password("redis", stop), stop => Password(Strong[..40], stop)),
        new(["GR-23"], "the password in its place is made of words", stop => Password("Shop-Cache-Production-2026", stop), stop => Password(Strong[..40], stop)),
        new(["CG-60"], "the session's secret is the one of the tutorial", stop => Session("keyboard cat", stop), stop => Session(Strong, stop)),
        new(["CG-60"], "the service looks at no signature", _ => Task.FromResult(_believesAnything = true), _ => Task.FromResult(_believesAnything = false)),
        new(["SU-82"], "a credential is due within a week", stop => Calendar(stop, age: 85), stop => Calendar(stop)),
        new(["SU-82"], "a credential stands in no calendar", stop => Calendar(stop, only: true), stop => Calendar(stop)),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "secrets"));
        await File.WriteAllTextAsync(Path.Combine(folder, "fingerprint"), "a key of this document", cancel);
        await Calendar(cancel);
        _app = LoopbackSite.Start().Route("/me", request => Admits(request.Headers.GetValueOrDefault("cookie") ?? "") ? new(200, "mia") : new(401));
        await Session(Strong, cancel);
        _cache = await RedisServer.Start(["user default on >" + Strong[..40] + " ~* &* +@all"], cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "secrets", "CACHE_PASSWORD"), Strong[..40], cancel);
        return new Dictionary<string, int> { ["cache"] = _cache.Port, ["app"] = _app.Port };
    }

    async Task Password(string password, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "secrets", "CACHE_PASSWORD"), password, cancel);
        await _cache.Restart(["user default on >" + password + " ~* &* +@all"], cancel);
    }

    async Task Session(string secret, CancellationToken cancel)
    {
        _session = secret;
        await File.WriteAllTextAsync(Path.Combine(_folder, "secrets", "SESSION_SECRET"), secret, cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "cookie"), $"session=mia.{Signature("mia")}", cancel);
    }

    string Signature(string name) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(_session), Encoding.UTF8.GetBytes(name)));

    bool Admits(string cookie) => cookie.StartsWith("session=", StringComparison.Ordinal) && cookie["session=".Length..].Split('.') is [var name, var signed] && (_believesAnything || signed == Signature(name));

    Task Calendar(CancellationToken cancel, int age = 10, bool only = false)
    {
        string Day(int days) => (TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(days)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return File.WriteAllTextAsync(Path.Combine(_folder, "rotation.yaml"), $"credentials:\n  CACHE_PASSWORD: {{ rotated: {Day(age)} }}\n{(only ? "" : $"  SESSION_SECRET: {{ rotated: {Day(20)}, max_age: 60d }}\n")}", cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cache is not null) await _cache.DisposeAsync();
        if (_app is not null) await _app.DisposeAsync();
    }
}
