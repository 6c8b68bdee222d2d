using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Muster.Readiness;

namespace Muster.Probes.Tests.Running;

public class RedactorTests
{
    static readonly Gen<string> Texts = Gen.Choose(32, 126).Select(character => (char)character).ListOf().Select(characters => string.Concat(characters));
    static readonly Gen<string> Secrets = Texts.Where(text => text.Length >= 8 && !Redactor.Mask.Contains(text, StringComparison.Ordinal));

    [Fact]
    public void No_secret_is_left_whatever_stands_around_it() => Prop.ForAll(
        (from secret in Secrets from before in Texts from after in Texts select (secret, before, after)).ToArbitrary(), Left).QuickCheckThrowOnFailure();

    static bool Left((string Secret, string Before, string After) around)
    {
        var (secret, before, after) = around;
        var redactor = new Redactor();
        redactor.Add(secret);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + secret + after));

        return !redactor.Clean(before + secret + after)!.Contains(secret, StringComparison.Ordinal)
            && !redactor.Clean(before + Uri.EscapeDataString(secret) + after)!.Contains(Uri.EscapeDataString(secret), StringComparison.Ordinal)
            && redactor.Clean(encoded) != encoded
            && redactor.Clean(Value.Of((before, secret))).ToString() != Value.Of((before, secret)).ToString();
    }
}
