#!/usr/bin/env bash
# Asks the package feed once whether it has what the platform is built on, and remembers the answer in eng/feed.props.
set -euo pipefail
source "$(dirname "$0")/common.sh"

answer=eng/feed.props
if [ -s "$answer" ] && [ "$answer" -nt Directory.Packages.props ] && [ "$answer" -nt eng/setup/feed.sh ]; then
  say "package feed" "$(sed -n 's/.*<!-- \(.*\) -->.*/\1/p' "$answer" | head -n 1)"
  exit 0
fi

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
version() { sed -n "s/.*Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" Directory.Packages.props | sed "s/\$(AspireVersion)/$aspire/; s/\$(OpenTelemetryVersion)/$telemetry/"; }
aspire="$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' Directory.Packages.props)"
telemetry="$(sed -n 's:.*<OpenTelemetryVersion>\(.*\)</OpenTelemetryVersion>.*:\1:p' Directory.Packages.props)"

packages=(Aspire.Hosting.AppHost Aspire.Hosting.PostgreSQL Aspire.Hosting.Redis Aspire.Hosting.Testing Aspire.Npgsql
  Aspire.StackExchange.Redis Microsoft.Extensions.ServiceDiscovery
  OpenTelemetry.Extensions.Hosting Microsoft.ML.OnnxRuntime)
{
  echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>'
  for package in "${packages[@]}"; do echo "<PackageReference Include=\"$package\" Version=\"$(version "$package")\" />"; done
  echo "<PackageDownload Include=\"Aspire.AppHost.Sdk\" Version=\"[$aspire]\" />"
  echo '</ItemGroup></Project>'
} >"$folder/feed.csproj"
cp nuget.config "$folder/" 2>/dev/null || true

write() { printf '<Project>\n  <!-- %s -->\n  <PropertyGroup>\n    <RestrictedFeed>%s</RestrictedFeed>\n  </PropertyGroup>\n</Project>\n' "$2" "$1" >"$answer"; }

if dotnet restore "$folder/feed.csproj" --nologo -v q >"$folder/log" 2>&1; then
  write false "complete: everything restores"
elif grep -qE 'NU110[123]|NU1608|NU1605' "$folder/log"; then
  missing="$(grep -oE 'NU110[12]: Unable to find (a stable )?package [A-Za-z0-9.]+' "$folder/log" | awk '{print $NF}' | sed 's/\.$//' | sort -u | wc -l)"
  write true "restricted: $missing packages are missing, eng/standins stand in for them"
else
  sed 's/^/  /' "$folder/log" >&2
  fail "the package feed did not answer; check the network or nuget.config"
fi
say "package feed" "$(sed -n 's/.*<!-- \(.*\) -->.*/\1/p' "$answer")"
