namespace Muster.Cli.Tests;

/// <summary>The story of a team with a checklist: what they have, what they write into it, and what becomes of it when the page is edited.</summary>
public sealed class ImportTests : IDisposable
{
    const string Page = """
        # Readiness of the shop

        ## Data

        - [x] Backups run nightly
        - [ ] The fact is so

        ## People

        - Somebody is on call
        """;

    const string Controls = "controls/READINESS.yaml";

    readonly Scratch _folder = new();

    public void Dispose() => _folder.Dispose();

    string Yaml { get => File.ReadAllText(_folder.PathOf(Controls)); set => File.WriteAllText(_folder.PathOf(Controls), value); }

    void Edit(string from, string to, string file = "READINESS.md")
    {
        var text = File.ReadAllText(_folder.PathOf(file));
        Assert.Contains(from, text, StringComparison.Ordinal);
        _folder.Write(file, text.Replace(from, to, StringComparison.Ordinal));
    }

    async Task Imported()
    {
        _folder.Write("READINESS.md", Page);
        await _folder.Done("import", "READINESS.md");
    }

    /// <summary>The second sentence is measured, by a file that says so.</summary>
    async Task Measured()
    {
        await Imported();
        _folder.Write("facts.json", """{ "ok": true }""");
        _folder.Write("release.json", """{ "artifacts": { "shop": "sha256:SHA" } }""".Replace("SHA", new string('a', 64), StringComparison.Ordinal));
        Edit("environments:", "release: { artifacts: release.json }\nenvironments:", "muster.yaml");
        Edit("require: all", "require: data.fact", "muster.yaml");
        var sentence = Yaml.Split('\n').First(line => line.Contains("line: 6", StringComparison.Ordinal));
        Yaml = Yaml.Replace(sentence, sentence + "\n    check: { file: { path: facts.json, read: /ok }, expect: { value: true } }", StringComparison.Ordinal);
        await _folder.Done("check");
    }

    [Fact]
    public async Task One_command_and_the_page_is_a_gate_that_nothing_opens()
    {
        _folder.Write("READINESS.md", Page);
        var ran = await _folder.Done("import", "READINESS.md");
        Assert.Contains("READINESS.md: 3 controls from 6 lines: 3 unmeasured; 3 lines are no control (listed in controls/READINESS.yaml).", ran.Data, StringComparison.Ordinal);
        Assert.Contains("Wrote controls/READINESS.yaml", ran.Data, StringComparison.Ordinal);
        Assert.Contains("Wrote muster.yaml", ran.Data, StringComparison.Ordinal);
        var report = await _folder.Run("report");
        Assert.Equal(2, report.Exit);
        Assert.Contains("0 of 3 blocking controls met: 3 unmeasured", report.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tick_on_the_page_is_no_pass()
    {
        await Imported();
        Edit("- [ ]", "- [x]");
        await _folder.Done("import", "READINESS.md");
        Assert.Contains("#     6  ticked: somebody's word, and no evidence", Yaml, StringComparison.Ordinal);
        Assert.Equal(2, (await _folder.Run("report")).Exit);
        Assert.DoesNotContain(await Sentences(), one => one.Contains("changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_person_writes_into_the_controls_survives_every_import()
    {
        await Imported();
        var mine = """
            # A word of ours, above everything.
            controls:
              # about people first
              people.on-call:   # renamed
                title: 'Somebody answers the phone'   # reworded
                mode: warn
                sentence: { line: 10, file: READINESS.md, text: $3 }
                check: { attestation: Somebody answers, by: on-call }

              own.control: { title: Written by hand }
              data.backups-run-nightly:
                sentence:
                  file: "READINESS.md"
                  text: '$1'
                fix: |
                  First look at the log.
                  # then at the disk
              moved: { title: The fact is so, sentence: { file: READINESS.md, line: 6, text: "$2" } }
            section: Everything
            # and one below
            """.Replace("$1", Digest(0), StringComparison.Ordinal).Replace("$2", Digest(1), StringComparison.Ordinal).Replace("$3", Digest(2), StringComparison.Ordinal);
        Yaml = mine;
        Edit("gates:", "people: { mia: { roles: [ on-call ] } }\ngates:", "muster.yaml");

        Assert.Contains("Nothing to write", (await _folder.Done("import", "READINESS.md")).Data, StringComparison.Ordinal);
        Assert.Equal(mine, Yaml);

        // Two lines more above, and one sentence between: only numbers change, and one control comes.
        Edit("## Data", "Some words.\n\n## Data");
        Edit("- [ ] The fact", "- [ ] Restores are rehearsed\n- [ ] The fact");
        await _folder.Done("import", "READINESS.md");
        var expected = mine.Replace("line: 10", "line: 13", StringComparison.Ordinal).Replace("line: 6", "line: 9", StringComparison.Ordinal);
        var came = Yaml.Split('\n').ToList();
        var at = came.FindIndex(line => line.StartsWith("  data.restores-rehearsed:", StringComparison.Ordinal));
        Assert.Equal("      # then at the disk", came[at - 2]);
        came.RemoveRange(at - 1, 5);
        Assert.Equal(expected, string.Join('\n', came));
        await _folder.Done("lint");
        await _folder.Done("import", "--check");
    }

    [Fact]
    public async Task Windows_line_ends_and_a_byte_order_mark_in_the_YAML_stay()
    {
        await Imported();
        Yaml = "\uFEFF" + Yaml.Replace("\n", "\r\n", StringComparison.Ordinal);
        Edit("- Somebody", "- Nobody sleeps\n- Somebody");
        await _folder.Done("import", "READINESS.md");
        Assert.StartsWith("\uFEFF", System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(_folder.PathOf(Controls))), StringComparison.Ordinal);
        Assert.Equal(Yaml.Count(letter => letter == '\n'), Yaml.Split("\r\n").Length - 1);
        await _folder.Done("lint");
    }

    [Fact]
    public async Task Controls_may_be_moved_to_another_file_and_are_not_made_anew()
    {
        await Imported();
        var all = Yaml;
        File.Delete(_folder.PathOf(Controls));
        _folder.Write("controls/all.yaml", all);
        Edit("controls/READINESS.yaml", "controls/", "muster.yaml");
        Assert.Contains("Nothing to write", (await _folder.Done("import", "READINESS.md")).Data, StringComparison.Ordinal);
        Edit("- Somebody", "- Nobody sleeps\n- Somebody");
        await _folder.Done("import", "READINESS.md");
        Assert.Equal(["all.yaml"], Directory.EnumerateFiles(_folder.PathOf("controls")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_changed_sentence_makes_what_was_proven_unproven_and_the_old_words_bring_it_back()
    {
        await Measured();
        Edit("The fact is so", "The fact is so, and stays so");

        var report = await _folder.Run("report");
        Assert.Equal(2, report.Exit);
        Assert.Contains("its sentence in READINESS.md has changed since it was reviewed", report.Data, StringComparison.Ordinal);
        Assert.Equal(2, (await _folder.Run("check")).Exit);
        var check = await _folder.Run("import", "--check");
        Assert.Equal(2, check.Exit);
        Assert.Contains("changed   data.fact  READINESS.md:6  The fact is so, and stays so", check.Data, StringComparison.Ordinal);
        Assert.Contains("was: The fact is so", check.Data, StringComparison.Ordinal);

        // An import alone accepts nothing.
        var before = Yaml;
        await _folder.Done("import", "READINESS.md");
        Assert.Equal((before, 2), (Yaml, (await _folder.Run("gate")).Exit));

        Edit("The fact is so, and stays so", "The fact is so");
        Assert.Equal(0, (await _folder.Run("report")).Exit);
    }

    [Fact]
    public async Task A_sentence_that_is_taken_in_is_asked_for_anew_and_its_owner_accepts_the_change()
    {
        await Measured();
        Edit("The fact is so", "The fact is so, and stays so");
        var accepted = await _folder.Done("import", "READINESS.md", "--accept", "data.fact");
        Assert.Contains("accepted  data.fact", accepted.Data, StringComparison.Ordinal);
        Assert.Contains("title: \"The fact is so, and stays so\"", Yaml, StringComparison.Ordinal);
        await _folder.Done("import", "--check");

        var gate = await _folder.Run("gate", "-f", "json");
        Assert.Equal(2, gate.Exit);
        Assert.Contains("OtherQuestion", gate.Data, StringComparison.Ordinal);
        var again = await _folder.Run("check");
        Assert.Equal(5, again.Exit);
        Assert.Contains("its question was changed", again.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sentence_that_moved_keeps_its_control_its_id_and_its_evidence()
    {
        await Measured();
        _folder.Write("READINESS.md", "# Readiness of the shop\n\nWords.\n\n## People\n\n- Somebody is on call\n\n## Data\n\n- [x] Backups run nightly\n* the fact is so\n".Replace("the fact", "**The** fact", StringComparison.Ordinal));
        Assert.Equal(0, (await _folder.Run("report")).Exit);
        await _folder.Done("import", "--check");
        await _folder.Done("import", "READINESS.md");
        Assert.Contains("line: 12", Yaml, StringComparison.Ordinal);
        Assert.Equal(0, (await _folder.Run("report")).Exit);
    }

    [Fact]
    public async Task A_removed_sentence_leaves_its_control_unproven_and_a_person_decides()
    {
        await Measured();
        Edit("- [ ] The fact is so\n", "");
        Assert.Equal(2, (await _folder.Run("report")).Exit);
        var before = Yaml.Split("# ----")[0];
        var ran = await _folder.Done("import", "READINESS.md");
        Assert.Contains("removed   data.fact  (was line 6)", ran.Data, StringComparison.Ordinal);
        Assert.Equal(before.Replace("line: 10", "line: 9", StringComparison.Ordinal), Yaml.Split("# ----")[0]);
        Assert.Equal(2, (await _folder.Run("import", "--check")).Exit);
    }

    [Fact]
    public async Task A_page_that_is_gone_leaves_every_control_unproven()
    {
        await Measured();
        File.Delete(_folder.PathOf("READINESS.md"));
        var report = await _folder.Run("report");
        Assert.Equal(2, report.Exit);
        Assert.Contains("READINESS.md, where its sentence stood, is not there", report.Data, StringComparison.Ordinal);
        Assert.Equal(2, (await _folder.Run("import", "--check")).Exit);
    }

    [Fact]
    public async Task A_sentence_that_was_added_is_told_until_it_is_imported()
    {
        await Imported();
        Edit("- Somebody", "- Nobody sleeps\n- Somebody");
        var check = await _folder.Run("import", "--check");
        Assert.Equal(2, check.Exit);
        Assert.Contains("added     people.nobody-sleeps  READINESS.md:10", check.Data, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody-sleeps", Yaml, StringComparison.Ordinal);
        await _folder.Done("import", "READINESS.md");
        Assert.True(Yaml.IndexOf("people.nobody-sleeps", StringComparison.Ordinal) is var added && added > Yaml.IndexOf("data.fact", StringComparison.Ordinal) && added < Yaml.IndexOf("people.somebody-call", StringComparison.Ordinal));
        await _folder.Done("import", "--check");
    }

    [Fact]
    public async Task A_control_that_was_deleted_comes_back_unless_the_page_says_that_it_is_none()
    {
        await Imported();
        var start = Yaml.IndexOf("  people.somebody-call:", StringComparison.Ordinal);
        Yaml = Yaml.Remove(start, Yaml.IndexOf("# ----", StringComparison.Ordinal) - start);
        Assert.Equal(2, (await _folder.Run("import", "--check")).Exit);
        Edit("Somebody is on call", "Somebody is on call <!-- muster: no control -->");
        await _folder.Done("import", "--check");
        await _folder.Done("import", "READINESS.md");
        Assert.DoesNotContain("people.somebody-call", Yaml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_other_lines_that_was_taken_away_stays_away()
    {
        await Imported();
        Yaml = Yaml.Split("# ----")[0];
        var bare = Yaml;
        Assert.Contains("--format json lists them", (await _folder.Done("import", "READINESS.md")).Data, StringComparison.Ordinal);
        Assert.Equal(bare, Yaml);
    }

    [Fact]
    public async Task A_list_of_other_lines_that_was_moved_to_the_top_is_renewed_there()
    {
        await Imported();
        var at = Yaml.IndexOf("# ----", StringComparison.Ordinal);
        Yaml = Yaml[at..] + Yaml[..at].TrimEnd('\n');
        Edit("## People", "More words.\n\n## People");
        Edit("- Somebody", "- Nobody sleeps\n- Somebody");
        await _folder.Done("import", "READINESS.md");
        Assert.StartsWith("# ----", Yaml, StringComparison.Ordinal);
        Assert.Contains("More words.", Yaml[..Yaml.IndexOf("The end of it", StringComparison.Ordinal)], StringComparison.Ordinal);
        await _folder.Done("lint");
        Assert.Contains("Nothing to write", (await _folder.Done("import", "READINESS.md")).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_checklists_of_one_name_need_two_files()
    {
        await Imported();
        _folder.Write("docs/READINESS.md", "- Another page\n");
        var ran = await _folder.Run("import", "docs/READINESS.md");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("holds the controls of READINESS.md", ran.Talk, StringComparison.Ordinal);
        await _folder.Done("import", "docs/READINESS.md", "-o", "controls/docs.yaml");
        await _folder.Done("lint");
        await _folder.Done("import", "--check");
        Assert.Contains("Nothing to write", (await _folder.Done("import", "docs/READINESS.md")).Data, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "import", "which checklist?", "muster import READINESS.md" },
        { "import --check", "no muster.yaml", "muster init" },
        { "import nowhere.md", "nowhere.md: no such file", "Markdown" },
        { "import folder.md", "folder.md is a folder", "Markdown" },
        { "import notes.docx", "not something that can be imported", "READINESS.md" },
        { "import empty.md", "nothing in it is a control", "as a list" },
        { "import latin.md", "latin.md:1:4: it is not UTF-8", "UTF-8" },
        { "import ../outside.md", "outside of the document's folder", "copy it" },
        { "import good.md --accept x", "no control by that id", "leave --accept out" },
        { "import good.md --accept x --check", "writes nothing", "leave one of them out" },
        { "import good.md good.md -o x.yaml", "one checklist", "name it" },
        { "import good.md -o x.txt", "not a .yaml file", "controls/LAUNCH.yaml" },
        { "import od:d.md", "cannot name a file like that", "plain name" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_3_and_named_with_its_fix_and_nothing_is_written(string words, string says, string fix)
    {
        Directory.CreateDirectory(_folder.PathOf("folder.md"));
        _folder.Write("notes.docx", "PK\u0003\u0004");
        _folder.Write("empty.md", "Only prose.\n");
        _folder.Write("good.md", "- a b c\n");
        _folder.Write("od:d.md", "- a b c\n");
        File.WriteAllBytes(_folder.PathOf("latin.md"), [.. "- a"u8, 0xE4]);

        var ran = await _folder.Run(words.Split(' '));

        Assert.Equal((3, ""), (ran.Exit, ran.Data));
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Contains(fix, ran.Talk[ran.Talk.LastIndexOf("Fix: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("muster.yaml")) || Directory.Exists(_folder.PathOf("controls")));
    }

    [Fact]
    public async Task The_real_executable_imports_and_checks()
    {
        _folder.Write("READINESS.md", Page);
        Assert.Equal(0, (await _folder.Start("import", "READINESS.md")).Exit);
        Assert.Equal(0, (await _folder.Start("import", "--check")).Exit);
        Edit("nightly", "hourly");
        Assert.Equal(2, (await _folder.Start("import", "--check", "-f", "json")).Exit);
    }

    async Task<string[]> Sentences() => (await _folder.Run("import", "--check", "-f", "json")).Json["checklists"]!.ToString().Split("\"fate\":")[1..];

    /// <summary>The digest of the n-th sentence, as the import wrote it.</summary>
    string Digest(int n) => "sha256:" + Yaml.Split("sha256:")[n + 1][..64];
}
