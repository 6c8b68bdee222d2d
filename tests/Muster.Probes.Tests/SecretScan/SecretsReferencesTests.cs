using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.SecretScan;

public sealed class SecretsReferencesTests : IDisposable
{
    readonly SearchedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    async Task<(double? Literals, double? Dangling, double? Unset, double? References)> Counted(params (string, Value)[] parameters)
    {
        var sight = await Look(parameters);
        Assert.True(sight.Observation is not null, sight.Detail);
        return (sight.Observation.Number("literals"), sight.Observation.Number("dangling"), sight.Observation.Number("unset"), sight.Observation.Number("references"));
    }

    Task<Sight> Look(params (string, Value)[] parameters) => At("deploy", parameters);

    Task<Sight> At(string target, params (string, Value)[] parameters) => Probing.Look(Probing.Options with { Folder = _folder.Path }, "secrets.references", [("target", target), .. parameters]);

    [Fact]
    public async Task A_key_that_refers_to_a_declared_secret_is_well_and_one_whose_secret_nobody_declares_dangles()
    {
        _folder.Write("deploy/app.yaml", "kind: Deployment\nspec:\n  env:\n  - name: DB_PASSWORD\n    valueFrom: { secretKeyRef: { name: db, key: password } }\n");

        Assert.Equal((0, 1, 0, 1), await Counted());
        Assert.Equal((0, 0, 0, 1), await Counted(("declared", new Value.Items(["db"]))));
        _folder.Write("deploy/db.yaml", "kind: ExternalSecret\nmetadata: { name: any }\nspec: { target: { name: db } }\n");
        Assert.Equal((0, 0, 0, 1), await Counted());
    }

    [Theory]
    [InlineData("app.yaml", "env:\n- name: DB_PASSWORD\n  value: hunter2\n", 1)]
    [InlineData("app.yaml", "kind: Secret\nmetadata: { name: db }\ndata: { password: aHVudGVyMg==, username: c2hvcA== }\n", 1)]
    [InlineData("compose.yaml", "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: hunter2\n", 1)]
    [InlineData("compose.yaml", "services:\n  db:\n    environment: [ POSTGRES_PASSWORD=hunter2 ]\n", 1)]
    [InlineData("shop.json", """{"auth":{"clientSecret":"hunter2"}}""", 1)]
    [InlineData(".env.production", "export API_TOKEN='hunter2'\n# OLD_TOKEN=x\n", 1)]
    [InlineData(".env.template", "API_TOKEN=${API_TOKEN}\nDB_PASSWORD=<ask the vault>\n", 0)]
    [InlineData("compose.yaml", "services:\n  db:\n    environment: { POSTGRES_PASSWORD_FILE: /run/secrets/db, TOKEN: \"${TOKEN}\" }\n    secrets: [ db ]\nsecrets:\n  db: { external: true }\n", 0)]
    [InlineData("values.yaml", "db:\n  password: vault:secret/data/db#password\n", 0)]
    public async Task A_literal_is_told_from_a_reference(string name, string text, int literals)
    {
        _folder.Write("deploy/" + name, text);

        var sight = await Look();

        Assert.Equal(literals, sight.Observation!["literals"]);
        Assert.Equal(0, sight.Observation["dangling"]);
        Assert.True(sight.Population > 0);
        Assert.DoesNotContain("hunter2", sight.Observation.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_sets_nothing_secret_proves_nothing_and_a_named_key_must_be_there()
    {
        _folder.Write("deploy/app.yaml", "replicas: 3\n");

        Assert.Equal(0, (await Look()).Population);
        Assert.Equal("SHOP_DSN", (await Look(("keys", new Value.Items(["SHOP_DSN"])))).Observation!.Items("missing_keys").Single().Text());
        _folder.Write("deploy/.env", "SHOP_DSN=postgres://shop.test\n");
        Assert.Equal((1, 0, 0, 0), await Counted(("keys", new Value.Items(["SHOP_DSN"]))));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_makes_it_unproven()
    {
        _folder.Write("deploy/app.yaml", "a: [ }\n");

        Probing.Blind(await Look(), Blind.Unreadable, "app.yaml");
        Probing.Blind(await At("absent"), Blind.Unreadable, "not there");
        Probing.Blind(await At(".."), Blind.Refused, "leads out");
    }

    [Fact]
    public void Damaged_settings_are_read_or_refused() => Fuzz.Damage(
        [Encoding.UTF8.GetBytes("kind: Deployment\nsecrets: { db: x }\nenv:\n- name: DB_PASSWORD\n  valueFrom: { secretKeyRef: { name: db, key: p } }\n- A=b\n"), Encoding.UTF8.GetBytes("export A='b'\nB=c\n#x\n")],
        bytes =>
        {
            foreach (var name in (string[])["a.yaml", ".env"])
                try { SettingsFile.Of(Encoding.UTF8.GetString(bytes), name); }
                catch (Unseen) { continue; } // Refused, with its reason.
        }, share: 10);
}
