using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// One made-up secret of each class, sought by the same engine with the same rules and allowances before "none" may be said: an engine that misses one has not looked.
/// </summary>
static class Canaries
{
    public static readonly ImmutableArray<string> Classes =
        ["stringData", "data", "environment value", "ConfigMap", "password in an address", "private key", ".env", "values of a chart", "last-applied annotation"];

    /// <summary>The classes that were not found.</summary>
    /// <param name="taken">Whether an allowance lets the hit in the file of that name through.</param>
    public static ImmutableArray<string> Missed(SecretRules rules, Func<SecretHit, string, bool> taken)
    {
        var missed = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, text, value, called) in Planted())
        {
            var hits = new SecretEngine(rules).Scan(text, name);
            if (!hits.Any(hit => hit.Value.Contains(value, StringComparison.Ordinal) && !taken(hit, name))) missed.Add(called);
        }

        return missed.DrainToImmutable();
    }

    static IEnumerable<(string Name, string Text, string Value, string Class)> Planted()
    {
        var value = "q7" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) + "Zx";
        var coded = Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        var key = "MIIE" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));
        yield return ("canary/a.yaml", $"apiVersion: v1\nkind: Secret\nmetadata: {{ name: canary }}\nstringData:\n  password: {value}\n", value, Classes[0]);
        yield return ("canary/b.yaml", $"apiVersion: v1\nkind: Secret\nmetadata: {{ name: canary }}\ndata:\n  password: {coded}\n", value, Classes[1]);
        yield return ("canary/c.yaml", $"kind: Deployment\nspec:\n  containers:\n  - env:\n    - name: DB_PASSWORD\n      value: {value}\n", value, Classes[2]);
        yield return ("canary/d.yaml", $"kind: ConfigMap\nmetadata: {{ name: canary }}\ndata:\n  DB_PASSWORD: {value}\n", value, Classes[3]);
        yield return ("canary/e.txt", $"dsn = postgres://shop:{value}@db.shop.test:5432/shop\n", value, Classes[4]);
        yield return ("canary/f.pem", $"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n", key[..40], Classes[5]);
        yield return ("canary/.env", $"API_TOKEN={value}\n", value, Classes[6]);
        yield return ("canary/values.yaml", $"auth:\n  password: {value}\n", value, Classes[7]);
        yield return ("canary/g.yaml", $"kind: Deployment\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {{\"kind\":\"Secret\",\"data\":{{\"password\":\"{coded}\"}}}}\n", value, Classes[8]);
    }
}
