package kit

import (
	"net/http"

	"mulin/gate/web/site"
	"mulin/internal/i18n"
	"mulin/internal/register"
)

// openAPI describes the JSON of this noun.
func (p *Pages) openAPI(_ *http.Request, rq *site.Req) (int, any, error) {
	ref, bad := m{"$ref": "#/components/schemas/" + p.Name}, m{"$ref": "#/components/schemas/problem"}
	body := func(schema m) m { return m{"content": m{"application/json": m{"schema": schema}}} }
	with := func(schema m, code string) m {
		ok := body(schema)
		ok["description"] = rq.T(p.Name + ".list")
		return m{code: ok, "default": m{"description": "problem", "content": m{"application/problem+json": m{"schema": bad}}}}
	}
	object := func(props m) m { return m{"type": "object", "properties": props, "additionalProperties": false} }
	text, whole := m{"type": "string"}, m{"type": "integer"}
	list := object(m{"items": m{"type": "array", "items": ref}, "count": whole, "next": text})
	retire, restore := object(m{"version": whole, "reason": text}), object(m{"version": whole})
	id := []m{{"name": "id", "in": "path", "required": true, "schema": text}}
	paths := m{
		p.api():                   m{"get": m{"parameters": p.params(rq.Words), "responses": with(list, "200")}, "post": m{"requestBody": body(ref), "responses": with(ref, "201")}},
		p.api() + "/{id}":         m{"parameters": id, "get": m{"responses": with(ref, "200")}, "put": m{"requestBody": body(ref), "responses": with(ref, "200")}},
		p.api() + "/{id}/history": m{"parameters": id, "get": m{"responses": with(m{"type": "object"}, "200")}},
	}
	for verb, in := range map[string]m{"retire": retire, "restore": restore} {
		if verb == "retire" && p.Retires || verb == "restore" && p.Returns {
			paths[p.api()+"/{id}/"+verb] = m{"parameters": id, "post": m{"requestBody": body(in), "responses": with(ref, "200")}}
		}
	}
	return http.StatusOK, m{"openapi": "3.1.0", "info": m{"title": rq.T(p.Name + ".list"), "version": "1"}, "paths": paths,
		"components": m{"schemas": m{p.Name: p.schema(rq.Words), "problem": object(m{"title": text, "status": whole,
			"errors": m{"type": "array", "items": object(m{"field": text, "code": text, "detail": text})}})}},
	}, nil
}

// params are what a list can be asked for.
func (p *Pages) params(w *i18n.Words) (all []m) {
	add := func(name, label string) {
		all = append(all, m{"name": name, "in": "query", "description": label, "schema": m{"type": "string"}})
	}
	for _, name := range []string{"q", "state", "on", "sort", "after"} {
		add(name, w.T("kit.param."+name))
	}
	for _, f := range p.fields(sieved) {
		add(f.Name, p.label(w, f))
	}
	return all
}

// schema is a thing's shape.
func (p *Pages) schema(w *i18n.Words) m {
	props, needed := m{"id": m{"type": "string", "readOnly": true}, "version": m{"type": "integer"}}, []string{}
	for _, name := range []string{"since", "until"} {
		props[name] = m{"type": []string{"string", "null"}, "format": "date-time", "readOnly": name == "until"}
	}
	for _, f := range p.fields(every) {
		s := m{"type": "string", "title": p.label(w, f)}
		switch f.Sort {
		case register.SortNumber:
			s["type"], s["minimum"], s["maximum"] = "integer", 0, f.Max
		case register.SortFlag:
			s["type"] = "boolean"
		case register.SortChoice:
			s["enum"] = append([]string{""}, f.Choices...)
		case register.SortRef:
			s["type"] = []string{"string", "null"}
		case register.SortSpot, register.SortLimit:
			s["type"], s["items"] = []string{"array", "null"}, m{"type": "string"}
		case register.SortRefs:
			s["type"], s["items"], s["maxItems"] = "array", m{"type": "string"}, f.Max
		case register.SortLine, register.SortText:
			if f.Max > 0 {
				s["maxLength"] = f.Max
			}
		}
		if f.Is.Sealed {
			s["writeOnly"] = true
		}
		if props[f.Name] = s; f.Is.Needed {
			needed = append(needed, f.Name)
		}
	}
	return m{"type": "object", "properties": props, "required": needed, "additionalProperties": false}
}
