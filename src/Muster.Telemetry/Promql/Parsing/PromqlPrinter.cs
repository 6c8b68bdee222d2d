using Muster.Telemetry.Promql.Ast;
namespace Muster.Telemetry.Promql.Parsing;
public static class PromqlPrinter { public static string Print(Expression e) => e.ToString(); }
