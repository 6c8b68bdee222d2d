using System.Text;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class LoadPlanFuzzTests
{
    /// <summary>Values that stand where they do not belong.</summary>
    static readonly Value[] Odd =
    [
        Value.Null, true, -1, 0, 1e300, 0.5, "", " ", "$(", "$(vu:id)", "$(data:user.name)", "$(env:X)", "x\r\ny", "\0", "1s", "500/s", "50%", "/", "//", "https://", "http://[", "2xx", "a..b", "(", new string('(', 499),
        Value.Items.Empty, Value.Fields.Empty, Value.List([1, "x", Value.Null]), Value.Of(("json", "/a"), ("regex", "(")), Value.Of(("", "")), Value.Of(("over", "1s"), ("vus", 1)), Value.Of(("get", "/")),
    ];

    [Fact]
    public void A_mutated_form_is_a_plan_or_problems_and_never_a_crash()
    {
        var whole = YamlTree.Read(Encoding.UTF8.GetBytes(LoadPlanReaderTests.Whole));
        var random = new Random(20260301);
        var folder = new LoadFolder(Directory.CreateTempSubdirectory("fuzz").FullName);
        for (var round = 0; round < Fuzz.Rounds / 4; round++)
        {
            var form = whole;
            for (var hits = random.Next(1, 4); hits > 0; hits--) form = Mutated(form, random);
            if (form is not Value.Fields fields) continue;
            LoadReading reading;
            try { reading = LoadPlanReader.Read(LoadForm.Of(fields), folder, (_, _, _) => []); }
            catch (Exception error) { Assert.Fail($"round {round}, {form}: {error}"); throw; }
            Assert.Equal(reading.Plan is null, reading.Problems.Length > 0);
            Assert.All(reading.Problems, problem => Assert.True(problem.Says.Length > 0 && problem.Fix.Length > 0, problem.ToString()));
        }
    }

    [Fact]
    public void Damaged_files_are_a_form_or_a_problem()
    {
        Fuzz.Damage([Encoding.UTF8.GetBytes(LoadPlanReaderTests.Whole)], bytes =>
        {
            foreach (var name in (string[])["load.yaml", "load.json"])
            {
                var (form, problems) = LoadForm.Parse(bytes, name);
                Assert.Equal(form is null, problems.Length > 0);
            }
        }, share: 10);
    }

    static Value Mutated(Value value, Random random)
    {
        if (random.Next(5) == 0) return Odd[random.Next(Odd.Length)];
        switch (value)
        {
            case Value.Items { Are: { IsEmpty: false } items }:
                var at = random.Next(items.Length);
                return random.Next(6) switch
                {
                    0 => new Value.Items(items.RemoveAt(at)),
                    1 => new Value.Items(items.Add(items[at])),
                    _ => new Value.Items(items.SetItem(at, Mutated(items[at], random))),
                };
            case Value.Fields { Count: > 0 } fields:
                var (name, field) = fields.ElementAt(random.Next(fields.Count));
                return random.Next(8) switch
                {
                    0 => fields.With(name, null),
                    1 => fields.With(name + "x", field).With(name, null),
                    2 => fields.With(fields.ElementAt(random.Next(fields.Count)).Key, field),
                    _ => fields.With(name, Mutated(field, random)),
                };
            case Value.Text text when text.Is.Length > 0 && random.Next(2) == 0:
                var cut = random.Next(text.Is.Length);
                return random.Next(2) == 0 ? text.Is[cut..] : text.Is.Insert(cut, ((char)random.Next(1, 128)).ToString());
            default: return Odd[random.Next(Odd.Length)];
        }
    }
}
