using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.SecretScan;

public sealed class SecretsScanTests : IDisposable
{
    const string Password = "Tr0ub4dor-and-3";
    readonly SearchedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string Coded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("a.yaml", "kind: Secret\nmetadata: { name: db }\nstringData:\n  password: Tr0ub4dor-and-3\n", "kubernetes-secret a.yaml:4")]
    [InlineData("a.yaml", "kind: Secret\nmetadata: { name: db }\nstringData: { password: hunter2 }\n", "kubernetes-secret a.yaml:3")]
    [InlineData("a.yaml", "kind: ConfigMap\n---\nkind: Secret\ndata:\n  password: aHVudGVyMg==\n", "kubernetes-secret a.yaml:5")]
    [InlineData("a.json", """{"kind":"Secret","data":{"password":"aHVudGVyMg=="}}""", "kubernetes-secret a.json:1")]
    [InlineData("a.yaml", "kind: List\nitems:\n- kind: Secret\n  data:\n    password: aHVudGVyMg==\n", "")]
    [InlineData("a.yaml", "kind: SecretList\nitems:\n- kind: Secret\n  data:\n    password: aHVudGVyMg==\n", "kubernetes-secret a.yaml:5")]
    [InlineData("templates/a.yaml", "{{- if .Values.on }}\nkind: Secret\nstringData:\n  user: {{ .Values.user }}\n  password: hunter2hunter2\n{{- end }}\n", "kubernetes-secret templates/a.yaml:5")]
    [InlineData("a.yaml", "spec:\n  containers:\n  - env:\n    - name: DB_PASSWORD\n      value: hunter22\n", "environment-value a.yaml:5")]
    [InlineData("a.yaml", "kind: ConfigMap\nmetadata: { name: c }\ndata:\n  DB_PASSWORD: hunter22\n", "config-map-value a.yaml:4")]
    [InlineData("compose.yaml", "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=hunter22\n", "plain-value compose.yaml:4")]
    [InlineData(".env", "A=1\nAPI_TOKEN=abcdef123456\n", "plain-value .env:2")]
    [InlineData("Dockerfile", "FROM scratch\nENV DB_PASSWORD=hunter22\n", "plain-value Dockerfile:2")]
    [InlineData("a.txt", "x\npostgres://shop:hunter22@db.shop.test/shop\n", "url-password a.txt:2")]
    [InlineData("a.cs", "var password = \"hunter2-hunter2\";\n", "quoted-value a.cs:1")]
    [InlineData("key.txt", "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAr8bq7Xk2p0Zy\n", "private-key key.txt:1")]
    [InlineData("a.sh", "curl -H 'Authorization: Bearer a8d7f6a5d4f3a2s1d0f9' x\n", "bearer a.sh:1")]
    public async Task What_stands_openly_is_found_where_it_stands(string name, string text, string expected)
    {
        _folder.Write(name, text);

        var seen = await _folder.Seen(("target", "."));

        Assert.Equal(expected.Length == 0 ? ["kubernetes-secret a.yaml:5"] : [expected], SearchedFolder.Rules(seen));
        Assert.Equal(9, seen["canaries"]);
    }

    [Theory]
    [InlineData("a.yaml", "kind: Secret\nstringData:\n  password: ${DB_PASSWORD}\n  other: <fill me in>\n  username: shop\n  third: CHANGEME\n")]
    [InlineData("a.yaml", "kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgBy3i4OJSWK2PiTySYZZA9rO43cGDEq\n")]
    [InlineData("a.yaml", "kind: ExternalSecret\nspec:\n  data:\n  - secretKey: password\n    remoteRef: { key: prod/database-9x }\n")]
    [InlineData("a.yaml", "password: ENC[AES256_GCM,data:p673w,iv:abc,tag:def,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:x]\n")]
    [InlineData("a.yaml", "env:\n- name: DB_PASSWORD\n  valueFrom: { secretKeyRef: { name: db-secret-9x, key: password } }\n- name: TOKEN_FILE\n  value: /run/secrets/token\n")]
    [InlineData("values.yaml", "db:\n  passwordFile: /run/secrets/db\n  existingSecret: {{ .Release.Name }}\n  password: \"\"\n  tokenUrl: https://login.shop.test/token9\n")]
    [InlineData(".env.example", "DB_PASSWORD=change-me-please\nAPI_TOKEN=$TOKEN\nURL=postgres://shop:${PASSWORD}@db/shop\n")]
    [InlineData("a.cs", "var password = Read(\"password\"); Token token = options.Token; string secretName = \"shop-db-2\";\nthrow new(\"the password is wrong\");")]
    [InlineData("a.txt", "See http://127.0.0.1:8080/@me and git@host:x/y, https://shop.test/a:b@c\n")]
    public async Task What_only_stands_in_its_place_is_no_finding(string name, string text)
    {
        _folder.Write(name, text);

        var seen = await _folder.Seen(("target", "."));

        Assert.Equal([], SearchedFolder.Rules(seen));
        Assert.Equal(0, seen["unread"]);
    }

    [Fact]
    public async Task Protected_forms_are_counted()
    {
        _folder.Write("a.yaml", "kind: SealedSecret\nspec: { encryptedData: { password: AgBy3i4OJSWK2PiTySYZZA9rO43cGDEq } }\n---\nkind: ExternalSecret\n");

        Assert.Equal(2, (await _folder.Seen(("target", ".")))["protected"]);
    }

    [Fact]
    public async Task A_secret_that_was_deleted_is_found_in_the_history_with_its_first_commit()
    {
        _folder.Write("deploy/.env", $"DB_PASSWORD={Password}\n");
        _folder.Commit("one");
        var first = _folder.Git("rev-parse", "HEAD");
        File.Delete(_folder.Of("deploy/.env"));
        _folder.Write("readme.md", "hello\n");
        _folder.Commit("two");

        var seen = await _folder.Seen(("target", "."));

        Assert.Equal(["plain-value deploy/.env:1"], SearchedFolder.Rules(seen));
        Assert.Equal(first, ((Value.Items)seen["findings"]!).Are[0].Text("commit"));
        Assert.Equal(2, seen["commits"]);
        Assert.True(((Value.Truth)seen["history"]!).Is);
        Assert.Equal(0, (await _folder.Seen(("target", "."), ("history", false)))["found"]);
    }

    [Fact]
    public async Task A_secret_on_another_branch_and_in_a_message_is_found_and_what_nothing_reaches_is_not()
    {
        _folder.Commit("start");
        _folder.Git("checkout", "-q", "-b", "other");
        _folder.Write("a.yaml", "kind: Secret\nstringData: { password: on-a-branch }\n");
        _folder.Commit("use postgres://shop:hunter22@db.shop.test/shop for now");
        _folder.Git("checkout", "-q", "-");

        Assert.Equal(["kubernetes-secret a.yaml:2", "url-password (commit):6"], SearchedFolder.Rules(await _folder.Seen(("target", "."))).Order(StringComparer.Ordinal));
        _folder.Git("branch", "-D", "other");
        Assert.Empty(SearchedFolder.Rules(await _folder.Seen(("target", "."))));
    }

    [Fact]
    public async Task What_git_ignores_is_not_searched()
    {
        _folder.Write(".gitignore", ".env\n");
        _folder.Write(".env", $"DB_PASSWORD={Password}\n");
        _folder.Commit("one");

        Assert.Equal(0, (await _folder.Seen(("target", ".")))["found"]);
        Assert.Equal(1, (await _folder.Seen(("target", "."), ("history", false)))["found"]);
    }

    [Fact]
    public async Task A_history_that_is_not_all_here_is_unproven()
    {
        using var clone = new SearchedFolder();
        _folder.Commit("one");
        _folder.Commit("two");
        clone.Git("clone", "-q", "--depth", "1", $"file://{_folder.Path}", "shop");

        Probing.Blind(await clone.Look(("target", "shop")), Blind.NotCapable, "shallow");
        Probing.Blind(await clone.Look(("target", "."), ("history", true)), Blind.NotCapable, "no git repository");
    }

    [Fact]
    public async Task An_object_that_is_missing_makes_it_unproven()
    {
        _folder.Write("a.txt", "hello\n");
        _folder.Commit("one");
        var id = _folder.Git("rev-parse", "HEAD:a.txt");
        var path = _folder.Of($".git/objects/{id[..2]}/{id[2..]}");
        File.SetAttributes(path, FileAttributes.Normal);
        File.Delete(path);

        Assert.Equal(Blind.NotCapable, (await _folder.Look(("target", "."))).Blind);
    }

    [Fact]
    public async Task The_repository_can_make_it_run_nothing()
    {
        _folder.Write("a.txt", "hello\n");
        _folder.Commit("one");
        var mark = _folder.Of("ran");
        _folder.Write(".git/evil", $"#!/bin/sh\ntouch {mark}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.Of(".git/evil"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var name in (string[])["core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "core.editor", "filter.x.clean", "filter.x.smudge", "diff.x.textconv", "gpg.program"]) _folder.Git("config", name, _folder.Of(".git/evil"));
        _folder.Git("config", "log.showSignature", "true");
        _folder.Write(".git/info/attributes", "* filter=x diff=x\n");

        Assert.Equal(0, (await _folder.Seen(("target", ".")))["found"]);
        Assert.False(File.Exists(mark));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_secret_in_a_layer_is_found_though_a_later_one_deletes_it(bool packed)
    {
        var lower = SearchedFolder.Tar(("app/.env", $"DB_PASSWORD={Password}\n"));
        var upper = SearchedFolder.Tar(("app/.wh..env", ""));
        if (packed) (lower, upper) = (SearchedFolder.Gzip(lower), SearchedFolder.Gzip(upper));
        var image = SearchedFolder.Tar(("a/layer.tar", lower), ("b/layer.tar", upper), ("manifest.json", "[]"u8.ToArray()));
        File.WriteAllBytes(_folder.Of("image.tar"), image);
        File.WriteAllBytes(_folder.Of("image.tar.gz"), SearchedFolder.Gzip(image));

        foreach (var name in (string[])["image.tar", "image.tar.gz"])
        {
            var seen = await _folder.Seen(("target", name));
            Assert.Equal(["plain-value a/layer.tar:app/.env:1"], SearchedFolder.Rules(seen));
            Assert.Equal(3, seen["archives"]);
        }
    }

    [Fact]
    public async Task The_layers_and_the_history_of_a_layout_are_searched()
    {
        _folder.Write("image/oci-layout", "{}");
        Directory.CreateDirectory(_folder.Of("image/blobs/sha256"));
        File.WriteAllBytes(_folder.Of("image/blobs/sha256/aaaaaaaaaaaaaaaa"), SearchedFolder.Gzip(SearchedFolder.Tar(("etc/motd", "hello\n"))));
        _folder.Write("image/blobs/sha256/bbbbbbbbbbbbbbbb", $$"""{"rootfs":{},"config":{"Env":["PATH=/bin"]},"history":[{"created_by":"RUN |1 NPM_TOKEN={{Password}} /bin/sh -c make"}]}""");

        Assert.Single(SearchedFolder.Rules(await _folder.Seen(("target", "image"))), "plain-value bbbbbbbbbbbb… (configuration).env:4");
    }

    [Fact]
    public async Task What_is_no_image_or_cannot_be_unpacked_is_never_clean()
    {
        _folder.Write("a.tar", "no tar at all");
        File.WriteAllBytes(_folder.Of("b.tar.gz"), SearchedFolder.Gzip(SearchedFolder.Tar(("a", new string('x', 9000))))[..60]);
        File.WriteAllBytes(_folder.Of("c.tar"), SearchedFolder.Tar(("a/layer.tar", (byte[])[0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3, 4])));

        Probing.Blind(await _folder.Look(("target", "a.tar")), Blind.Unreadable, "no tar");
        Assert.Null((await _folder.Look(("target", "b.tar.gz"))).Observation);
        Assert.Equal(0, (await _folder.Look(("target", "c.tar"))).Population);
        Assert.Equal(0, (await _folder.Look(("target", "absent"))).Population);
    }

    [Fact]
    public async Task An_allowance_needs_a_reason_and_an_end_and_ends_with_it()
    {
        _folder.Write("certs/.env", $"DB_PASSWORD={Password}\n");
        Value Allow(params (string, Value)[] entry) => new Value.Items([Value.Of(entry)]);

        var standing = await _folder.Seen(("target", "."), ("allow", Allow(("path", "certs/*"), ("rule", "plain-value"), ("because", "made up"), ("until", "2999-01-01"))));
        var ended = await _folder.Seen(("target", "."), ("allow", Allow(("path", "certs/*"), ("because", "made up"), ("until", "2020-01-01"))));
        var elsewhere = await _folder.Seen(("target", "."), ("allow", Allow(("path", "other/*"), ("because", "made up"), ("until", "2999-01-01"))));

        Assert.Equal((0, 1), ((int)standing.Number("found")!, (int)standing.Number("allowed")!));
        Assert.Equal((1, 1), ((int)ended.Number("found")!, (int)ended.Number("expired_allowances")!));
        Assert.Equal((1, 1), ((int)elsewhere.Number("found")!, (int)elsewhere.Number("unused_allowances")!));
        Probing.Blind(await _folder.Look(("target", "."), ("allow", Allow(("path", "x"), ("until", "2999-01-01")))), Blind.BadQuestion, "because");
        Probing.Blind(await _folder.Look(("target", "."), ("allow", Allow(("path", "x"), ("because", "y")))), Blind.BadQuestion, "until");
        Probing.Blind(await _folder.Look(("target", "."), ("allow", Allow(("rule", "x"), ("because", "y"), ("until", "2999-01-01")))), Blind.BadQuestion, "anything");
        Probing.Blind(await _folder.Look(("target", "."), ("allow", Allow(("path", "*"), ("because", "y"), ("until", "2999-01-01")))), Blind.NotCapable, "planted");
    }

    [Fact]
    public async Task Nothing_of_a_value_is_kept_and_the_same_value_has_one_fingerprint_under_one_key()
    {
        _folder.Write("a/.env", $"DB_PASSWORD={Password}\n");
        _folder.Write("b.yaml", $"kind: Secret\ndata:\n  password: {Coded(Password)}\n");

        var seen = await _folder.Seen(("target", Value.Of(("path", "."), ("key", "a-key-of-the-document"))));
        var other = await _folder.Seen(("target", Value.Of(("path", "."), ("key", "another-key-of-another"))));

        Assert.DoesNotContain(Password, seen.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Coded(Password)[..12], seen.ToString(), StringComparison.Ordinal);
        var prints = ((Value.Items)seen["findings"]!).Are.Select(finding => finding.Text("fingerprint")).ToArray();
        Assert.Equal(2, prints.Length);
        Assert.Single(prints.Distinct());
        Assert.NotEqual(prints[0], ((Value.Items)other["findings"]!).Are[0].Text("fingerprint"));
    }

    [Fact]
    public async Task Binary_huge_and_unread_files_are_counted()
    {
        File.WriteAllBytes(_folder.Of("a.bin"), [1, 0, 2]);
        using (var huge = File.Create(_folder.Of("big.txt"))) huge.SetLength(SearchSize);
        _folder.Write("broken.yaml", "kind: Secret\nstringData: { password: [ }\n");
        File.WriteAllBytes(_folder.Of("wide.txt"), [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("x postgres://shop:hunter22@db.shop.test/")]);

        var seen = await _folder.Seen(("target", "."));

        Assert.Equal((1, 1, 1), ((int)seen.Number("binary")!, (int)seen.Number("huge")!, (int)seen.Number("unread")!));
        Assert.Equal(["url-password wide.txt:1"], SearchedFolder.Rules(seen));
    }

    const int SearchSize = 16 * 1024 * 1024 + 1;

    [Fact]
    public async Task Rules_of_ones_own_stand_beside_ours()
    {
        _folder.Write("rules.yaml", "rules:\n  shop-key:\n    says: a key of the shop\n    literals: [ shopkey- ]\n    matches: 'shopkey-(?<secret>[0-9]{8})'\n");
        _folder.Write("bad.yaml", "rules: { x: { literals: [ abc ], matches: '(' } }\n");
        _folder.Write("code.cs", "x shopkey-12345678 y");

        Assert.Equal(["shop-key code.cs:1"], SearchedFolder.Rules(await _folder.Seen(("target", "."), ("rules", "rules.yaml"))));
        Probing.Blind(await _folder.Look(("target", "."), ("rules", "bad.yaml")), Blind.BadQuestion, "cannot be read");
    }

    [Fact]
    public void Damaged_texts_are_read_without_breaking()
    {
        byte[][] whole =
        [
            Encoding.UTF8.GetBytes($"kind: Secret\nmetadata: {{ name: db }}\nstringData:\n  password: {Password}\n---\nkind: ConfigMap\ndata: {{ DB_PASSWORD: x1y2z3 }}\n"),
            Encoding.UTF8.GetBytes($"{{\"kind\":\"Secret\",\"data\":{{\"password\":\"{Coded(Password)}\"}}}}"),
            Encoding.UTF8.GetBytes("{{ if x }}\npassword: {{ y }}\nurl: postgres://a:bcdefg@h/\n{{ end }}\n"),
        ];
        var engine = new SecretEngine(SecretRules.Ours);

        Fuzz.Damage(whole, bytes => engine.Scan(Encoding.Latin1.GetString(bytes), "a.yaml"), share: 10);
    }
}
