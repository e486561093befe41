// What Go's text/template prints for the same templates, as `docker ps --format` of the docker CLI 28.2 showed it.
#include <gtest/gtest.h>

#include "app/text/formatter.h"
#include "app/text/template.h"
#include "app/text/template_nodes.h"
#include "engine/base/error.h"

namespace glassdock::text {
namespace {

TemplateData data() {
  TemplateData data;
  data.type = "*formatter.ContainerContext";
  data.fields = {{"ID", "d695f39bd6b7"},
                 {"Names", "cc1"},
                 {"State", "running"},
                 {"Ports", ""},
                 {"Count", 3},
                 {"List", {"a", "b"}},
                 {"Map", {{"z", 1}, {"a", "<x>"}}},
                 {"None", nullptr}};
  data.method = [](std::string_view method, std::span<const Value> arguments) {
    if (method != "Label" || arguments.size() != 1) return std::optional<Value>();
    return std::optional<Value>("label of " + arguments[0].get<std::string>());
  };
  return data;
}

std::string filled(std::string_view source) {
  try {
    return Template(source).execute(data());
  } catch (const Error& fault) {
    return fault.message();
  }
}

// Of a branch that was not taken, or a scope that has ended: an error, not a crash.
TEST(Template, AVariableThatIsNotThereIsAnError) {
  EXPECT_EQ(filled("{{$a := .ID}}{{$a}}"), "d695f39bd6b7");
  for (const char* source : {"{{$a := $a}}", "{{if .Ports}}{{$x := 1}}{{end}}{{$x}}",
                             "{{range $e := slice .List 2}}x{{else}}{{$e}}{{end}}"}) {
    EXPECT_NE(filled(source).find("undefined variable"), std::string::npos) << source << ": " << filled(source);
  }
}

TEST(Template, FieldsTextAndMethods) {
  EXPECT_EQ(filled("plain"), "plain");
  EXPECT_EQ(filled("{{.ID}}: {{.Names}}"), "d695f39bd6b7: cc1");
  EXPECT_EQ(filled("{{ .Map.z }}{{$.Map.a}}"), "1<x>");
  EXPECT_EQ(filled("{{.Label \"x\"}}"), "label of x");
  EXPECT_EQ(filled("{{\"y\" | .Label}}"), "label of y");
  EXPECT_EQ(filled("{{.List}} {{.Map}} {{.None}} {{.Map.missing}}"), "[a b] map[a:<x> z:1] <no value> <no value>");
  EXPECT_EQ(filled("{{`raw`}} {{1}} {{-2}} {{1.5}} {{true}}"), "raw 1 -2 1.5 true");
}

TEST(Template, BlanksAreTrimmedWhereItSaysSo) {
  EXPECT_EQ(filled("a  {{- \" b\" -}}  c"), "a bc");
  EXPECT_EQ(filled("{{/* a comment */}}x{{- /* another */ -}} y"), "xy");
  EXPECT_EQ(filled("{{ -1 }}"), "-1");
}

TEST(Template, Conditions) {
  EXPECT_EQ(filled("{{if eq .State \"running\"}}R{{else}}N{{end}}"), "R");
  EXPECT_EQ(filled("{{if .Ports}}P{{else if .Names}}N{{else}}-{{end}}"), "N");
  EXPECT_EQ(filled("{{with .Label \"x\"}}<{{.}}>{{end}}{{with .Ports}}no{{else}}none{{end}}"), "<label of x>none");
  EXPECT_EQ(filled("{{and .Names .Ports}}|{{or .Ports \"none\"}}|{{not .Ports}}|{{and true 1}}"), "|none|true|1");
  EXPECT_EQ(filled("{{or true (index .List 9)}}"), "true") << "what is not needed is not looked at";
  EXPECT_EQ(filled("{{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge \"b\" \"a\"}} {{ne 1 2}} {{eq 3 1 .Count}}"),
            "true true false true true true");
}

TEST(Template, Ranges) {
  EXPECT_EQ(filled("{{range .List}}[{{.}}]{{end}}"), "[a][b]");
  EXPECT_EQ(filled("{{range $i, $e := .List}}{{$i}}={{$e}};{{end}}"), "0=a;1=b;");
  EXPECT_EQ(filled("{{range $k, $v := .Map}}{{$k}}={{$v}};{{end}}"), "a=<x>;z=1;");
  EXPECT_EQ(filled("{{range .None}}x{{else}}empty{{end}}"), "empty");
  EXPECT_EQ(filled("{{$x := 1}}{{range .List}}{{$x = .}}{{end}}{{$x}}"), "b");
}

TEST(Template, DockersFunctions) {
  EXPECT_EQ(filled("{{upper .Names}} {{title .Names}} {{lower \"ABC\"}} {{truncate .ID 3}}|{{pad .Names 2 3}}|"),
            "CC1 Cc1 abc d69|  cc1   |");
  EXPECT_EQ(filled("{{join (split .Names \"c\") \"-\"}} {{index (split .Names \"c\") 2}}"), "--1 1");
  EXPECT_EQ(filled("{{json .Names}} {{json .List}} {{json .Map}}"), "\"cc1\" [\"a\",\"b\"] {\"z\":1,\"a\":\"<x>\"}");
  EXPECT_EQ(filled("{{.Names | upper | lower}}"), "cc1");
}

TEST(Template, GosFunctions) {
  EXPECT_EQ(filled("{{len .Names}} {{len .List}} {{slice .ID 0 2}} {{index .Map \"z\"}}"), "3 2 d6 1");
  EXPECT_EQ(filled("{{printf \"%-8s|%5d|%q|%v|%t|%05d|%.1f|%%\" .Names 3 .State .State true 7 1.25}}"),
            "cc1     |    3|\"running\"|running|true|00007|1.2|%");
  EXPECT_EQ(filled("{{\"a\" | printf \"%s%s\" \"b\"}}{{println \"x\" 1}}{{print 1 2 \"a\"}}"), "bax 1\n1 2a");
  EXPECT_EQ(filled("{{printf \"%d\"}} {{printf \"%d\" \"x\"}} {{printf \"a\" 1 \"b\"}}"),
            "%!d(MISSING) %!d(string=x) a%!(EXTRA int=1, string=b)");
  EXPECT_EQ(filled("{{printf \"%08b %o %x %X\" 5 8 255 255}}"), "00000101 10 ff FF");
}

TEST(Template, FaultsAreInGosWords) {
  const std::string at = "template: :1:";
  EXPECT_EQ(filled("{{.Foo}}"),
            at + "2: executing \"\" at <.Foo>: can't evaluate field Foo in type *formatter.ContainerContext");
  EXPECT_EQ(filled("{{index (split .Names \"c\") 3}}"),
            at + "2: executing \"\" at <index (split .Names \"c\") 3>: error calling index: index out of range: 3");
  EXPECT_EQ(filled("{{.ID"), at + " unclosed action");
  EXPECT_EQ(filled("{{foo .ID}}"), at + " function \"foo\" not defined");
  EXPECT_EQ(filled("{{ID}}"), at + " function \"ID\" not defined");
  EXPECT_EQ(filled("{{if .ID}}"), at + " unexpected EOF");
  EXPECT_EQ(filled("x{{end}}"), at + " unexpected {{end}}");
  EXPECT_EQ(filled("{{}}"), at + " missing value for command");
  EXPECT_EQ(filled("{{$x}}"), at + " undefined variable \"$x\"");
  EXPECT_EQ(filled("{{\"abc}}"), at + " unterminated quoted string");
}

TEST(Template, HostileOnesEndInAFault) {
  EXPECT_NE(filled("{{" + std::string(100'000, '(') + "}}").find("nested too deeply"), std::string::npos);
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "{{if true}}";
  EXPECT_NE(filled(deep).find("nested too deeply"), std::string::npos);
  for (const char* odd :
       {"{{", "{{-", "{{- ", "{{|}}", "{{.}}{{", "{{.a.}}", "{{:=}}", "{{$x:=}}", "{{range}}", "{{/*"}) {
    filled(odd);
  }
}

TEST(Template, KnowsWhatItAsksFor) {
  EXPECT_TRUE(Template("{{.Size}}").asks_for("Size"));
  EXPECT_TRUE(Template("{{json .}}").asks_for("Size"));
  EXPECT_TRUE(Template("{{if true}}{{upper (.Size)}}{{end}}").asks_for("Size"));
  EXPECT_FALSE(Template("{{.ID}} Size").asks_for("Size"));
}

TEST(Formatter, JsonTableAndTemplate) {
  const LineForm form{"T", {{"ID", "CONTAINER ID"}, {"Names", "NAMES"}}};
  std::vector<TemplateData> lines(2);
  lines[0].fields = {{"ID", "1"}, {"Names", "<none>"}};
  lines[1].fields = {{"ID", "22"}, {"Names", "a name that is long"}};
  EXPECT_EQ(formatted("json", form, lines),
            "{\"ID\":\"1\",\"Names\":\"\\u003cnone\\u003e\"}\n{\"ID\":\"22\",\"Names\":\"a name that is long\"}\n");
  EXPECT_EQ(formatted("table {{.ID}}\\t{{json .Names}}\t{{upper .ID}}", form, lines),
            "CONTAINER ID   NAMES                   CONTAINER ID\n"
            "1              \"<none>\"                1\n"
            "22             \"a name that is long\"   22\n");
  EXPECT_EQ(formatted("{{.ID}}\\n", form, lines), "1\n\n22\n\n");
  EXPECT_EQ(formatted("table {{.Label \"com.example.a-b\"}}", form, {}), "a b\n");
  try {
    formatted("{{.Foo", form, lines);
    FAIL();
  } catch (const FormatError& fault) {
    EXPECT_EQ(fault.message(), "failed to parse template: template: :1: unclosed action");
  }
}

}  // namespace
}  // namespace glassdock::text
