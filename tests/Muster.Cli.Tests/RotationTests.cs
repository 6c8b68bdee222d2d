using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>A kind that compares with its own last look gets it from the ledger, check after check, whatever the release.</summary>
public sealed class RotationTests
{
    [Fact]
    public async Task A_password_that_nobody_changes_becomes_overdue_and_one_that_is_changed_is_met()
    {
        using var scratch = new Scratch();
        var (clock, key) = (new SetClock(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)), "MUSTER_TEST_" + Guid.NewGuid().ToString("N"));
        Environment.SetEnvironmentVariable(key, "a key of many characters");
        try
        {
            scratch.Write("muster.yaml", $$"""
                muster: 1
                system: shop
                environments: { production: {} }
                targets: { held: { path: .env, fingerprint_key: $(env:{{key}}) } }
                controls: { rotated: { title: Passwords are young, check: { secrets.rotation: held, max_age: 90d } } }
                gates: { go: { environment: production } }
                """);
            scratch.Write(".env", "DB_PASSWORD=first-of-them\n");

            Assert.Equal("Failed", await Check());
            clock.Move(TimeSpan.FromDays(10));
            scratch.Write(".env", "DB_PASSWORD=second-of-them\n");
            Assert.Equal("Met", await Check());
            clock.Move(TimeSpan.FromDays(81));
            Assert.Equal("Failed", await Check());
        }
        finally { Environment.SetEnvironmentVariable(key, null); }

        async Task<string> Check()
        {
            var ran = await InProcess.Run(scratch.Folder, host => host with { Clock = clock }, "check", "--again", "--format", "json");
            Assert.True(ran.Data.Length > 0, ran.Talk);
            Assert.DoesNotContain("of-them", ran.Data + ran.Talk, StringComparison.Ordinal);
            return ((Value.Text)((Value.Fields)((Value.Items)ran.Json["controls"]!).Are[0])["state"]!).Is;
        }
    }
}
