namespace Muster.Readiness.Tests;

public class ProblemTextTests
{
    [Fact]
    public void Every_mistake_stands_with_its_line_a_caret_and_the_fix() => Assert.Equal(
        """
        muster.yaml:3:12: error: This is not YAML: while scanning a plain scalar value, found invalid mapping.
          3 | title: Shop: the launch
            |            ^
          fix: Put a value that holds ": " in quotes, and check the indent of this line.

        muster.yaml:4:36: error: "yes" is not one of passive, active, destructive.
          4 | environments: { here: { consent: [ yes ] } }
            |                                    ^
          fix: The words are active, destructive, passive.

        muster.yaml:8:20: error: There is no target "apo", and it is no URL.
          8 |     check: { http: apo, expect: { statsu: 200 } }
            |                    ^
          fix: Did you mean "api"?

        muster.yaml:8:35: error: There is no field "statsu" in an observation of http.
          8 |     check: { http: apo, expect: { statsu: 200 } }
            |                                   ^
          fix: Did you mean "status"?

        muster.yaml:9:15: warning: The value ends here: what follows "#" is a comment, and "Mend" is all that is read.
          9 |     fix: Mend #3
            |               ^
          fix: Put the whole value in quotes, or a space after the "#" if it is a comment.

        """, Desk.With(
        """
        muster: 1
        system: shop
        title: Shop: the launch
        environments: { here: { consent: [ yes ] } }
        targets: { api: https://a.test }
        controls:
          answers:
            check: { http: apo, expect: { statsu: 200 } }
            fix: Mend #3
        """).Rendered());

    [Fact]
    public void A_long_line_is_cut_around_the_caret()
    {
        var rendered = ProblemText.Render([new(Gravity.Error, new("a.yaml", 1, 301), "", "S.", "F.", new string('a', 300) + "b" + new string('c', 300))]);
        var lines = rendered.Split('\n');
        Assert.True(lines[1].Length < 140);
        Assert.Equal('b', lines[1][lines[2].IndexOf('^', StringComparison.Ordinal)]);
    }
}
